/**
 * A process that uses a store where something is wrong and prints the error it got, as JSON.
 * Arguments: what to do, directory.
 */
import { join } from "node:path";
import { MxsealError } from "../../src/base/errors.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { failedVerdict } from "../support/full-verdict.ts";
import { chunksPerMessage, readAll, sealMessage } from "./sample-message.ts";

const [task = "", directory = ""] = process.argv.slice(2);
const path = join(directory, "store.db");

async function fillDisk(): Promise<void> {
  await using store = await openStore(path);
  await sealMessage(store, "m1");
  const blob = await store.sealed.createBlob(1000);
  for (let index = 0; index < 10_000; index += 1) {
    try {
      await store.sealed.appendChunk(blob, index, Buffer.alloc(65_536, 1));
    } catch (error) {
      const chunks = await readAll(store, "m1");
      throw chunks.length === chunksPerMessage ? error : new Error("a message was lost");
    }
  }
}

const tasks: Readonly<Record<string, () => Promise<void>>> = {
  open: async () => {
    await using store = await openStore(path);
    await store.verdicts.save(failedVerdict("a.example"));
  },
  fill: fillDisk,
};

try {
  await tasks[task]?.();
  process.stdout.write("{}\n");
} catch (error) {
  if (!(error instanceof MxsealError)) throw error;
  const { code, message, temporary } = error;
  process.stdout.write(`${JSON.stringify({ code, message, temporary })}\n`);
}
