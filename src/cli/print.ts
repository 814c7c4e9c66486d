/**
 * Results to standard output, at the reader's pace: a pipe takes only what its reader has room
 * for, and what is not yet taken when the process ends is lost.
 */
import type { Writable } from "node:stream";

const heard = new WeakSet<Writable>();

/** Resolves when the text was taken: to false when the reader has gone (`| head`). */
export function print(out: Writable, text: string): Promise<boolean> {
  // The error is told to the callback; without a listener it would also end the process. Others
  // that listen now, as the pipe of a worker thread does, may be gone by then.
  if (!heard.has(out)) out.on("error", () => undefined);
  heard.add(out);
  return new Promise((resolve, reject) => {
    out.write(text, (error) => {
      if (error === null || error === undefined) resolve(true);
      else if (isReaderGone(error)) resolve(false);
      else reject(error);
    });
  });
}

function isReaderGone(error: NodeJS.ErrnoException): boolean {
  return error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED";
}
