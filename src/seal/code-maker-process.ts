/** The process of `code-maker.ts`: one code for each request. */
import { drawCode } from "./code.ts";
import type { MadeCode, MakeRequest } from "./code-maker.ts";
import { prepareCode } from "./message-key.ts";

async function make({ pepper }: MakeRequest): Promise<void> {
  const made: MadeCode = await prepareCode(drawCode(), Buffer.from(pepper));
  process.send?.(made);
}

process.on("message", (request: MakeRequest) => void make(request));
