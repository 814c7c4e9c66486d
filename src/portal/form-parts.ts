/**
 * A form with files (multipart/form-data, RFC 7578) read part by part while it comes, each file in
 * pieces at its taker's pace, so that memory holds a few pieces whatever is sent. Strangers send
 * any shape: a part without name or with a broken head is passed over, and reading ends at the
 * first part too many. Of a part's head nothing is looked at but its names.
 */
import type { Readable } from "node:stream";
import { Busboy, type BusboyInstance } from "@fastify/busboy";

export interface FormTaker {
  /** `value` is cut at `fieldBytes`. */
  field(name: string, value: string): void;
  /**
   * `fileName` as it was sent, without folders; empty where a browser had no file to send. One at
   * a time, in their order. False ends the reading.
   */
  file(fileName: string, pieces: AsyncIterable<Buffer>): Promise<boolean>;
}

export interface FormLimits {
  readonly fields: number;
  readonly fieldBytes: number;
  readonly files: number;
  readonly signal: AbortSignal;
}

export type FormOutcome =
  | "whole"
  /** Its taker had enough. */
  | "stopped"
  | "too-many-files"
  /** No such form, or its end did not come. */
  | "broken"
  /** The signal came first. */
  | "late";

const headBytes = 8 * 1024;
const headLines = 20;

/**
 * What is not read runs to its end unread, so that the browser sees the answer. Rejects as the
 * taker does, which is no more at work afterwards.
 */
export async function readFormParts(
  body: Readable,
  contentType: string,
  taker: FormTaker,
  limits: FormLimits,
): Promise<FormOutcome> {
  const parser = openParser(contentType, limits);
  if (parser === undefined || body.destroyed) return "broken";
  const { promise, resolve, reject } = Promise.withResolvers<FormOutcome>();
  const files = new FileQueue(taker, resolve, reject);
  const broken = (): void => resolve("broken");
  parser
    .on("field", (name: unknown, value) => {
      if (typeof name === "string") taker.field(name, value);
    })
    .on("file", (_, stream, fileName: unknown) => {
      files.add(typeof fileName === "string" ? fileName : "", stream);
    })
    .on("filesLimit", () => resolve("too-many-files"))
    .on("fieldsLimit", broken)
    .on("partsLimit", broken)
    .on("error", broken)
    .on("finish", () => files.whenTaken(() => resolve("whole")));
  const closed = (): void => {
    if (!body.readableEnded) broken();
  };
  const late = (): void => resolve("late");
  body.on("error", broken).on("close", closed);
  limits.signal.addEventListener("abort", late);
  body.pipe(parser);
  try {
    return await promise;
  } finally {
    body.unpipe(parser);
    // Body and signal last for minutes yet, and what listens to them would keep all that was taken.
    body.on("error", ignore).off("error", broken).off("close", closed);
    limits.signal.removeEventListener("abort", late);
    body.resume();
    await files.close();
  }
}

function ignore(): void {
  // Nobody needs the rest.
}

/** undefined when the type is none that it can read. */
function openParser(
  contentType: string,
  { fields, fieldBytes, files }: FormLimits,
): BusboyInstance | undefined {
  const limits = {
    fields,
    fieldSize: fieldBytes,
    files,
    // Parts that are passed over count as well.
    parts: fields + files + 1,
    headerPairs: headLines,
    headerSize: headBytes,
  };
  const isPartAFile = (_: unknown, __: unknown, name: string | undefined): boolean =>
    name !== undefined;
  try {
    return new Busboy({ headers: { "content-type": contentType }, limits, isPartAFile });
  } catch (error) {
    // It has no codes: a type without a boundary and one of another kind are plain errors.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** Several small files may begin within one piece of the body. */
class FileQueue {
  readonly #taker: FormTaker;
  readonly #end: (outcome: FormOutcome) => void;
  readonly #fail: (error: unknown) => void;
  readonly #open = new Set<Readable>();
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(
    taker: FormTaker,
    end: (outcome: FormOutcome) => void,
    fail: (error: unknown) => void,
  ) {
    this.#taker = taker;
    this.#end = end;
    this.#fail = fail;
  }

  add(fileName: string, stream: Readable): void {
    this.#open.add(stream);
    stream.on("error", () => this.#end("broken"));
    this.#work = this.#work.then(() => this.#take(fileName, stream));
    this.#work.catch(this.#fail);
  }

  whenTaken(then: () => void): void {
    this.#work.then(then, this.#fail);
  }

  /** Breaks off what is being taken; its taker's complaint is no news then. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const stream of this.#open) stream.destroy();
    await this.#work.catch(() => undefined);
  }

  async #take(fileName: string, stream: Readable): Promise<void> {
    if (this.#closed) return;
    const goesOn = await this.#taker.file(fileName, stream);
    this.#open.delete(stream);
    if (goesOn) return;
    this.#closed = true;
    this.#end("stopped");
  }
}
