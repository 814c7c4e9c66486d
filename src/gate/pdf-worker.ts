/**
 * The thread in which one message becomes a PDF: reading a stranger's mail and laying out its text
 * takes seconds of computing, and what a hostile mail may break or exhaust ends with this thread.
 * Told once by `workerData`, answers once with the PDF's bytes.
 */
import { parentPort, workerData } from "node:worker_threads";
import { type PdfFacts, readPdfContent } from "../mime/pdf-content.ts";
import { buildPdf } from "../mime/pdf-document.ts";

export interface PdfTask {
  readonly raw: Uint8Array<ArrayBuffer>;
  readonly facts: PdfFacts;
  /** Do not read the mail, only wrap it. */
  readonly bare: boolean;
  /** Undefined: the standard fonts. */
  readonly fonts: { readonly regular: Uint8Array; readonly bold: Uint8Array } | undefined;
}

const { raw, facts, bare, fonts } = workerData as PdfTask;
const original = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
const content = await readPdfContent(original, facts, bare);
const pdf = new Uint8Array(
  await buildPdf(
    content,
    fonts && { regular: Buffer.from(fonts.regular), bold: Buffer.from(fonts.bold) },
  ),
);
parentPort?.postMessage(pdf, [pdf.buffer]);
