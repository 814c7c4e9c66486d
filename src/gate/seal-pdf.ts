/**
 * The PDF way of sealing. The original is kept like any other until Postfix has the PDF, under a
 * key that only the same message, offered again, leads back to; nobody is given a link to it. Its
 * code is derived likewise, so that the same message gets a PDF for the same code.
 */
import { MxsealError } from "../base/errors.ts";
import { readAuthor } from "../mime/author.ts";
import { readSentAt } from "../mime/message-identity.ts";
import type { Rewrite } from "../mime/notification-frame.ts";
import { buildPdfNotification } from "../mime/pdf-notification.ts";
import type { NotificationStyle } from "../mime/template-style.ts";
import { openChunks } from "../seal/chunk-cipher.ts";
import { deriveCodeKey, guardOf } from "../seal/code-key.ts";
import type { SealKeys } from "../seal/key-files.ts";
import { type PreparedCode, prepareCode, unwrapMessageKey } from "../seal/message-key.ts";
import { derivePdfCodes } from "../seal/pdf-code.ts";
import type { SealedMessage, SealedStore } from "../store/sealed-store.ts";
import type { PdfMaker } from "./pdf-maker.ts";
import type { MessageToSeal } from "./seal-message.ts";

export interface PdfSealParts {
  readonly store: SealedStore;
  readonly keys: SealKeys;
  readonly maker: PdfMaker;
  readonly timeZone: string | undefined;
}

/** What the message as the milter saw it gives: its hash, and the token that no link will hold. */
export interface MessageSecrets {
  readonly hash: Buffer;
  readonly token: Buffer;
}

export interface PdfCode {
  /** Four groups of four, for the sender. */
  readonly code: string;
  readonly prepared: PreparedCode;
  /** By which `code` is known again in a mail. */
  readonly guard: Buffer;
}

/** Postfix keeps a message for five days at most by default, and offers it again until then. */
export const pdfKeptMs: number = 7 * 86_400_000;

export class PdfSealer {
  readonly #parts: PdfSealParts;

  constructor(parts: PdfSealParts) {
    this.#parts = parts;
  }

  /**
   * The code for the sender with its guard, and the one that wraps the key in the store. Rejects with
   * MXSEAL_PDF_FAILED, before anything is kept or mailed, when no PDF can be made now.
   */
  async prepare(secrets: MessageSecrets, message: MessageToSeal): Promise<PdfCode> {
    const { keys, maker } = this.#parts;
    await maker.check(message.signal);
    const { code, vaultCode } = derivePdfCodes(keys.tokenKey, secrets.hash, message.recipient);
    const prepared = await prepareCode(vaultCode, keys.pepper);
    const { salt } = prepared;
    const codeKey = await deriveCodeKey({ code, form: "pdf", salt, pepper: keys.pepper });
    const guard = guardOf(codeKey);
    codeKey.fill(0);
    return { code, prepared, guard };
  }

  /** The notification with the PDF. Rejects as the store and the maker do. */
  async rewrite(
    row: Pick<SealedMessage, "id" | "createdAt" | "lookupId" | "salt" | "wrappedKey">,
    secrets: MessageSecrets,
    message: MessageToSeal,
    style: NotificationStyle,
  ): Promise<Rewrite> {
    const { store, keys, maker, timeZone } = this.#parts;
    const { fields, sender, recipient, signal } = message;
    const { code, vaultCode } = derivePdfCodes(keys.tokenKey, secrets.hash, recipient);
    const { token } = secrets;
    const { pepper } = keys;
    const binding = { ...row, token, code: vaultCode, pepper, recipient };
    const messageKey = await unwrapMessageKey(binding);
    if (messageKey === undefined) {
      throw new MxsealError("MXSEAL_SEALED_DAMAGED", `the key of ${row.id} does not open`);
    }
    const sentAt = readSentAt(fields, row.createdAt);
    const facts = { id: row.id, languages: style.languages, sender, recipient, sentAt, timeZone };
    const original = () => openChunks(store.readChunks(row.id), messageKey);
    const pdf = await maker.make({ original, facts, code }, signal);
    messageKey.fill(0);
    const author = readAuthor(fields, sender);
    const told = { author, recipient, id: row.id, sentAt, timeZone, pdf };
    return buildPdfNotification(fields, told, style);
  }
}
