/** The process of `code-maker.ts`: one code for each request. */
import { setPriority } from "node:os";
import { drawCode } from "./code.ts";
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

async function make({ pepper }: MakeRequest): Promise<void> {
  const made: MadeCode = await prepareCode(drawCode(), Buffer.from(pepper));
  process.send?.(made);
}

yieldToOthers();
process.on("message", (request: MakeRequest) => void make(request));
