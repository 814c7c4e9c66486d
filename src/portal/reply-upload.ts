/**
 * One reply's form while it comes with files: each piece of them goes, sealed, into the store at
 * once, and nothing is kept but a chunk. The files have no owner there until the reply is added,
 * so that an upload which breaks off leaves what is swept.
 */
import { MxsealError } from "../base/errors.ts";
import { SealedDraft } from "../gate/sealed-draft.ts";
import { cleanFileName } from "../mime/file-name.ts";
import type { ReplyFile, ReplyFiles } from "../seal/reply-content.ts";
import type { ReplyBlob } from "../store/reply-store.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import type { FormTaker } from "./form-parts.ts";
import { type FileLimits, mebibyte } from "./reply-limits.ts";
import type { ReplyFault } from "./reply-words.ts";

export interface UploadTerms {
  readonly store: SealedStore;
  readonly limits: FileLimits;
  readonly beganAt: number;
  /** Asked once, before the first file, with the form's number as far as it came. */
  readonly admit: (number: string) => Promise<ReplyFault | undefined>;
  /** Asked before each piece is stored. */
  readonly takeBytes: (bytes: number) => boolean;
}

export interface SealedFiles {
  readonly content: ReplyFiles;
  readonly blob: ReplyBlob;
}

export class ReplyUpload implements FormTaker, AsyncDisposable {
  readonly #terms: UploadTerms;
  readonly #fields = new Map<string, string>();
  readonly #files: ReplyFile[] = [];
  #draft: SealedDraft | undefined;
  #fault: ReplyFault | undefined;

  constructor(terms: UploadTerms) {
    this.#terms = terms;
  }

  /** Why it ended the reading. */
  get fault(): ReplyFault | undefined {
    return this.#fault;
  }

  /** Whether there was a file at all. */
  get hadFiles(): boolean {
    return this.#draft !== undefined || this.#fault !== undefined;
  }

  /** "" for anything but one field of that name. */
  fieldOf(name: string): string {
    return this.#fields.get(name) ?? "";
  }

  field(name: string, value: string): void {
    this.#fields.set(name, this.#fields.has(name) ? "" : value);
  }

  async file(fileName: string, pieces: AsyncIterable<Buffer>): Promise<boolean> {
    // A browser sends a part without name and bytes for a field that nobody filled.
    let isFile = fileName !== "";
    if (isFile && !(await this.#begin())) return false;
    let sizeBytes = 0;
    for await (const piece of pieces) {
      if (!isFile && !(await this.#begin())) return false;
      isFile = true;
      if (!(await this.#store(piece))) return false;
      sizeBytes += piece.length;
    }
    if (!isFile) return true;
    const name = cleanFileName(fileName, `file-${this.#files.length + 1}`);
    this.#files.push({ name, sizeBytes });
    return true;
  }

  /** After the form's end; undefined when it had no file. */
  async seal(): Promise<SealedFiles | undefined> {
    if (this.#draft === undefined) return undefined;
    const key = this.#draft.messageKey.toString("base64");
    const blob = await this.#draft.finish();
    return { content: { key, list: this.#files }, blob };
  }

  /** Frees what no reply owns. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#draft?.discard();
    } catch (error) {
      // A store in trouble was told of already, and sweeps later.
      if (!(error instanceof MxsealError)) throw error;
    }
  }

  async #begin(): Promise<boolean> {
    const { limits, store, beganAt } = this.#terms;
    if (this.#files.length >= limits.maxFiles) return this.#refuse("files");
    if (this.#draft !== undefined) return true;
    const fault = await this.#terms.admit(this.fieldOf("number"));
    if (fault !== undefined) return this.#refuse(fault);
    this.#draft = new SealedDraft(store, limits.maxMib * mebibyte, beganAt);
    return true;
  }

  async #store(piece: Buffer): Promise<boolean> {
    const { limits, takeBytes } = this.#terms;
    const draft = this.#draft;
    if (draft === undefined) return false;
    if (draft.sizeBytes + piece.length > limits.maxMib * mebibyte) return this.#refuse("size");
    if (!takeBytes(piece.length)) return this.#refuse("tooMany");
    // The draft frees what it is given, and the parser may still look at this.
    await draft.write(Buffer.from(piece));
    return true;
  }

  #refuse(fault: ReplyFault): false {
    this.#fault = fault;
    return false;
  }
}
