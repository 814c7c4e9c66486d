/** The process of `code-maker.ts`: one code for each request. */
import { setPriority } from "node:os";
import { drawCode } from "./code.ts";
import { deriveCodeKey } from "./code-key.ts";
import type { MadeCode, MakeRequest } from "./code-maker.ts";
import { prepareCode } from "./message-key.ts";

/** Lookups and sealing go before. */
const niceness = 5;

/** A sandbox may refuse it (systemd's @resources); then everybody is equal. */
function yieldToOthers(): void {
  try {
    setPriority(niceness);
  } catch (error) {
    const isRefused =
      error instanceof Error && "code" in error && error.code === "ERR_SYSTEM_ERROR";
    if (!isRefused) throw error;
  }
}

async function make({ pepper, derive }: MakeRequest): Promise<void> {
  const secret = Buffer.from(pepper);
  const made: MadeCode =
    derive === undefined ? await prepareCode(drawCode(), secret) : await keyOf(derive, secret);
  // Who asked may have been killed meanwhile; then this process ends by itself, without a word.
  process.send?.(made, undefined, undefined, () => undefined);
}

async function keyOf(
  { code, form, salt }: NonNullable<MakeRequest["derive"]>,
  pepper: Buffer,
): Promise<MadeCode> {
  const codeKey = await deriveCodeKey({ code, form, salt: Buffer.from(salt), pepper });
  return { code, salt, codeKey };
}

yieldToOthers();
process.on("message", (request: MakeRequest) => void make(request));
