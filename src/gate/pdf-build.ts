/** One message made a PDF in a thread of its own, within a deadline and a bound of memory. */
import { Worker } from "node:worker_threads";
import { MxsealError } from "../base/errors.ts";
import type { PdfTask } from "./pdf-worker.ts";

/** Of what JavaScript allocates; the message and the PDF themselves lie outside of it. */
const maxHeapMib = 512;

/**
 * Takes over `task.raw`. The PDF, not encrypted. Rejects with MXSEAL_PDF_FAILED when the thread
 * fails, which includes a lack of memory, or when `signal` is aborted first.
 */
export async function buildPdfInThread(task: PdfTask, signal: AbortSignal): Promise<Buffer> {
  if (signal.aborted) throw failed("it took too long", signal.reason);
  const file = import.meta.url.endsWith(".ts") ? "./pdf-worker.ts" : "./pdf-worker.js";
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: task,
    transferList: [task.raw.buffer],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMib },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  worker.once("message", (pdf: Uint8Array<ArrayBuffer>) => resolve(Buffer.from(pdf.buffer)));
  // The words of the fault may quote the message, so its kind must do.
  worker.once("error", (error: Error) => reject(failed(kindOf(error))));
  worker.once("exit", () => reject(failed("its thread ended")));
  const giveUp = (): void => reject(failed("it took too long", signal.reason));
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", giveUp);
    await worker.terminate();
  }
}

function kindOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function failed(why: string, cause?: unknown): MxsealError {
  return new MxsealError("MXSEAL_PDF_FAILED", `no PDF could be made: ${why}`, { cause });
}
