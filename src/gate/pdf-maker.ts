/**
 * From a sealed message to the encrypted PDF that its recipient gets: one at a time, so that memory
 * holds one message, in a thread of its own, and by qpdf. A mail that cannot be read, or whose
 * pages take too long, is wrapped unread; then only what is wrong with this machine can fail.
 */
import { readFile } from "node:fs/promises";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { PdfFacts } from "../mime/pdf-content.ts";
import { CommandLane } from "./command-lane.ts";
import { buildPdfInThread } from "./pdf-build.ts";
import { checkQpdf, encryptPdf, type PdfEncryption } from "./pdf-encrypt.ts";
import type { PdfTask } from "./pdf-worker.ts";

export interface PdfOrder {
  /** The original; asked for anew if it must be read twice. */
  readonly original: () => AsyncIterable<Buffer>;
  readonly facts: PdfFacts;
  /** Four groups of four. */
  readonly code: string;
}

export interface PdfMaker {
  /** Larger messages are not taken. */
  readonly maxBytes: number;
  /** Rejects with MXSEAL_PDF_FAILED when nothing can be made on this machine now. */
  check(signal: AbortSignal): Promise<void>;
  /** The encrypted PDF. Rejects with MXSEAL_PDF_FAILED, or as the original's reading does. */
  make(order: PdfOrder, signal: AbortSignal): Promise<Buffer>;
}

export interface QpdfMakerOptions extends PdfEncryption {
  readonly maxBytes: number;
  readonly log: Log;
  /** Directories with DejaVuSans.ttf and DejaVuSans-Bold.ttf; the first one that has them counts. */
  readonly fontDirectories?: readonly string[];
  readonly buildDeadlineMs?: number;
}

const maxWaiting = 20;
const buildDeadlineMs = 40_000;
const encryptDeadlineMs = 30_000;
/** Debian's fonts-dejavu-core, Fedora's dejavu-sans-fonts. */
const usualFontDirectories = [
  "/usr/share/fonts/truetype/dejavu",
  "/usr/share/fonts/dejavu-sans-fonts",
];

export class QpdfMaker implements PdfMaker {
  readonly maxBytes: number;
  readonly #options: QpdfMakerOptions;
  readonly #lane = new CommandLane(maxWaiting, tooMany);
  #fonts: Promise<PdfTask["fonts"]> | undefined;

  constructor(options: QpdfMakerOptions) {
    this.#options = options;
    this.maxBytes = options.maxBytes;
  }

  check(signal: AbortSignal): Promise<void> {
    return checkQpdf(withDeadline(signal, encryptDeadlineMs), this.#options);
  }

  make(order: PdfOrder, signal: AbortSignal): Promise<Buffer> {
    return this.#lane.run(async () => {
      const pdf = await this.#build(order, signal);
      const deadline = withDeadline(signal, encryptDeadlineMs);
      return encryptPdf(pdf, order.code, deadline, this.#options);
    });
  }

  async #build(order: PdfOrder, signal: AbortSignal): Promise<Buffer> {
    try {
      return await this.#buildOnce(order, false, signal);
    } catch (error) {
      const isOurs = error instanceof MxsealError && error.code === "MXSEAL_PDF_FAILED";
      if (!isOurs || signal.aborted) throw error;
      const { message } = error;
      this.#options.log.warn({ sealed: order.facts.id }, `a PDF holds its mail unread: ${message}`);
      return this.#buildOnce(order, true, signal);
    }
  }

  async #buildOnce(order: PdfOrder, bare: boolean, signal: AbortSignal): Promise<Buffer> {
    this.#fonts ??= this.#loadFonts();
    const fonts = await this.#fonts;
    const raw = await collect(order.original(), this.maxBytes);
    const deadlineMs = this.#options.buildDeadlineMs ?? buildDeadlineMs;
    const deadline = withDeadline(signal, deadlineMs);
    return buildPdfInThread({ raw, facts: order.facts, bare, fonts }, deadline);
  }

  async #loadFonts(): Promise<PdfTask["fonts"]> {
    for (const directory of this.#options.fontDirectories ?? usualFontDirectories) {
      const regular = await readIfThere(`${directory}/DejaVuSans.ttf`);
      const bold = await readIfThere(`${directory}/DejaVuSans-Bold.ttf`);
      if (regular !== undefined && bold !== undefined) return { regular, bold };
    }
    const text =
      "PDFs show Western European characters only: install fonts-dejavu-core and restart";
    this.#options.log.warn({}, text);
    return undefined;
  }
}

async function collect(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new MxsealError("MXSEAL_TOO_LARGE", "too large for a PDF");
    parts.push(chunk);
  }
  // A buffer of its own, which can be handed to the thread.
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new MxsealError("MXSEAL_PDF_FAILED", `the font ${path} cannot be read`, { cause: error });
  }
}

function withDeadline(signal: AbortSignal, deadlineMs: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
}

function tooMany(waiting: number): MxsealError {
  return new MxsealError("MXSEAL_PDF_FAILED", `${waiting} messages wait for their PDF already`);
}
