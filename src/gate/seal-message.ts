/**
 * Turns a message that has streamed into a draft into a sealed message and its notification. The
 * row, the chunks and the code that waits for its sender are committed in one durable step before
 * Postfix hears a word. The same message offered again finds its row: same link, no second code.
 * What a rule wants as a PDF is kept in the same way until Postfix has it (`seal-pdf.ts`).
 */
import type { Clock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import { maskPhoneNumber } from "../base/phone-number.ts";
import { readAuthor } from "../mime/author.ts";
import type { HeaderEdit, HeaderField } from "../mime/header.ts";
import { readMessageId, readSentAt } from "../mime/message-identity.ts";
import { buildNotification, type NotificationFacts } from "../mime/notification.ts";
import type { Rewrite } from "../mime/notification-frame.ts";
import { type TemplateSet, templateFor } from "../mime/template.ts";
import { type NotificationStyle, notificationStyle } from "../mime/template-style.ts";
import { isReminderTooEarly, type SealOptions, type SealWay } from "../rules/seal-options.ts";
import { checkWordsOf } from "../seal/check-words.ts";
import {
  type CodeJobContent,
  jobGroupOf,
  sealJobContent,
  type ToldCode,
} from "../seal/code-job-content.ts";
import type { SealKeys } from "../seal/key-files.ts";
import { deriveLinkToken, formatLinkToken, lookupIdOf } from "../seal/link-token.ts";
import { deriveManageToken, formatManageToken, manageIdOf } from "../seal/manage-token.ts";
import { type ManagedRow, wrapForSender } from "../seal/manage-wrap.ts";
import { wrapUnder } from "../seal/message-key.ts";
import { bodyHashOf, formatMark, type MarkKind, markHeader } from "../seal/own-mark.ts";
import { drawSealedId } from "../seal/sealed-id.ts";
import type { RememberedStore } from "../store/remembered-store.ts";
import type { NewSealedMessage, SealedMessage, SealedStore } from "../store/sealed-store.ts";
import { type ChosenCode, type CodeChoiceParts, chooseCode, madeTogether } from "./code-choice.ts";
import type { PdfMaker } from "./pdf-maker.ts";
import { type MessageSecrets, PdfSealer, pdfKeptMs } from "./seal-pdf.ts";
import { sealSmsFor } from "./seal-sms.ts";
import type { SealedDraft } from "./sealed-draft.ts";
import { isAgreedBefore } from "./try-code.ts";

export interface SealSettings {
  readonly expiresAfterMs: number;
  /** How notifications look and speak, by the sender's domain. */
  readonly templates: TemplateSet;
  readonly timeZone?: string | undefined;
}

export interface SealParts extends CodeChoiceParts {
  readonly store: SealedStore;
  readonly remembered: Pick<RememberedStore, "current" | "find">;
  readonly keys: SealKeys;
  readonly clock: Clock;
  readonly settings: SealSettings;
  /** Without it what rules want as a PDF waits. */
  readonly pdf?: PdfMaker | undefined;
  /** Seals what goes by SMS; undefined: nothing does, whatever a rule says. */
  readonly smsKey?: Buffer | undefined;
}

export interface MessageToSeal {
  readonly fields: readonly HeaderField[];
  readonly sender: string;
  readonly recipient: string;
  /** The recipient as the sender addressed it. */
  readonly addressedTo: string;
  /** Where the code goes. */
  readonly codeTo: string;
  readonly originQueueId: string | undefined;
  /** What links begin with, without a slash at the end. */
  readonly baseUrl: string;
  readonly options: SealOptions;
  readonly signal: AbortSignal;
}

export type SealResult =
  | {
      readonly kind: "sealed";
      readonly rewrite: Rewrite;
      readonly id: string;
      readonly again: boolean;
      /** As it was sealed first, whatever the rule says now. */
      readonly way: SealWay;
    }
  /** Nobody waits for the answer any more; nothing was kept. */
  | { readonly kind: "abandoned" }
  /** It was sealed so long ago that its time is over. */
  | { readonly kind: "expired"; readonly id: string }
  /** Its sender took it back while Postfix still had it. */
  | { readonly kind: "recalled"; readonly id: string };

type Row = Pick<
  SealedMessage,
  "id" | "lookupId" | "salt" | "wrappedKey" | "createdAt" | "expiresAt" | "way"
>;
type NewRow = Omit<NewSealedMessage, "chunkCount"> & Pick<SealedMessage, "way">;
type Sealed = Row & { readonly again: boolean; readonly isAgreed: boolean };

/** How often the code may change between its choice and the commit before the message waits. */
const mostChoices = 3;

export class MessageSealer {
  readonly #parts: SealParts;
  readonly #pdf: PdfSealer | undefined;

  constructor(parts: SealParts) {
    this.#parts = parts;
    const { pdf: maker, store, keys, settings } = parts;
    const { timeZone } = settings;
    this.#pdf = maker && new PdfSealer({ maker, store, keys, timeZone });
  }

  /** The caller discards the draft afterwards, whatever the result. Rejects as the store does. */
  async seal(draft: SealedDraft, message: MessageToSeal): Promise<SealResult> {
    const hash = draft.messageHash();
    const token = deriveLinkToken(this.#parts.keys.tokenKey, hash, message.recipient);
    const secrets = { hash, token };
    const known = await this.#parts.store.findByLookupId(lookupIdOf(token));
    if (known !== undefined && known.recalledAt !== null) {
      return { kind: "recalled", id: known.id };
    }
    if (known !== undefined && known.forgottenAt !== null) return { kind: "expired", id: known.id };
    if (known !== undefined) return this.#notify(await this.#asBefore(known), secrets, message);
    const row = await this.#commit(draft, message, secrets);
    return row === undefined ? { kind: "abandoned" } : this.#notify(row, secrets, message);
  }

  /** Undefined when the message was given up meanwhile. */
  async #commit(
    draft: SealedDraft,
    message: MessageToSeal,
    secrets: MessageSecrets,
  ): Promise<Sealed | undefined> {
    const { store } = this.#parts;
    const { blob, chunkCount } = await draft.finish();
    const way = this.#wayFor(draft, message);
    for (let choices = 0; choices < mostChoices; choices += 1) {
      const chosen = await this.#choose(way, draft, secrets, message);
      if (chosen === undefined || message.signal.aborted) return undefined;
      const row = this.#newRow(draft, message, { ...secrets, ...chosen, way });
      const job = this.#newJob(row, message, { ...secrets, told: chosen.told });
      const sms = this.#newSms(row, message, { ...secrets, told: chosen.told });
      const outcome = await store.commit({ ...row, chunkCount, sms }, blob, job);
      const isAgreed = chosen.told.kind === "agreed";
      if (outcome === "committed") return { ...row, again: false, isAgreed };
      if (outcome === "exists") {
        const first = await store.findByLookupId(row.lookupId);
        return first === undefined ? undefined : this.#asBefore(first);
      }
    }
    return undefined;
  }

  /** Sealed before: whether its reader had the code already then. */
  async #asBefore(row: SealedMessage): Promise<Sealed> {
    const { rememberedCodeId } = row;
    const code =
      rememberedCodeId === null ? undefined : await this.#parts.remembered.find(rememberedCodeId);
    return { ...row, again: true, isAgreed: isAgreedBefore(code, row) };
  }

  /** A message that is too large for a PDF is no reason to let it wait for ever. */
  #wayFor(draft: SealedDraft, { options }: MessageToSeal): SealWay {
    const { pdf } = this.#parts;
    const tooLarge = pdf !== undefined && draft.sizeBytes > pdf.maxBytes;
    return tooLarge ? "portal" : options.way;
  }

  /** Undefined when nobody waits for it any more. */
  async #choose(
    way: SealWay,
    { messageKey }: SealedDraft,
    secrets: MessageSecrets,
    message: MessageToSeal,
  ): Promise<ChosenCode | undefined> {
    const { sender, recipient, options, signal } = message;
    const { token } = secrets;
    const lookupId = lookupIdOf(token);
    const context = { messageKey, token, lookupId, recipient };
    if (way === "portal") {
      const nowMs = this.#parts.clock.now();
      const remember = options.rememberCode;
      return await chooseCode(this.#parts, { ...context, sender, remember, nowMs, signal });
    }
    const { code, prepared, guard } = await this.#pdfSealer().prepare(secrets, message);
    const { salt, wrappedKey } = wrapUnder(prepared, context);
    const told = { kind: "new", code, remembered: false } as const;
    return { wrap: { salt, wrappedKey }, code: { kind: "own", guard }, told };
  }

  #pdfSealer(): PdfSealer {
    if (this.#pdf !== undefined) return this.#pdf;
    throw new MxsealError("MXSEAL_PDF_FAILED", "PDFs are not made here");
  }

  #newRow(
    draft: SealedDraft,
    message: MessageToSeal,
    secrets: MessageSecrets & ChosenCode & { readonly way: SealWay },
  ): NewRow {
    const { clock } = this.#parts;
    const lookupId = lookupIdOf(secrets.token);
    const { recipient, sender } = message;
    const { sizeBytes } = draft;
    const { wrap, code, way } = secrets;
    const createdAt = clock.now();
    const originQueueId = message.originQueueId ?? null;
    const facts = { id: drawSealedId(), lookupId, sender, recipient, originQueueId, sizeBytes };
    return {
      ...facts,
      ...wrap,
      code: madeTogether(code, createdAt),
      ...(way === "pdf" ? {} : { manage: this.#accessOf(draft, secrets, { lookupId, recipient }) }),
      createdAt,
      way,
      ...this.#promises(way, message, createdAt),
    };
  }

  /** What the sender's link will lead to. */
  #accessOf(draft: SealedDraft, { hash, token: linkToken }: MessageSecrets, row: ManagedRow) {
    const manageToken = deriveManageToken(this.#parts.keys.tokenKey, hash, row.recipient);
    const { messageKey } = draft;
    const wrap = wrapForSender(manageToken, row, { messageKey, linkToken });
    return { id: manageIdOf(manageToken), wrap };
  }

  /** How long it is kept, and who is told what. */
  #promises(
    way: SealWay,
    { options }: MessageToSeal,
    createdAt: number,
  ): Pick<NewSealedMessage, "expiresAt" | "readNotice" | "reminderBeforeMs"> {
    if (way === "pdf") return { expiresAt: createdAt + pdfKeptMs };
    const expiresAfterMs = options.expiresAfterMs ?? this.#parts.settings.expiresAfterMs;
    const { readNotice, reminderBeforeMs } = options;
    // A rule without an end of its own may ask for a reminder earlier than the configured one.
    const inTime = !isReminderTooEarly({ expiresAfterMs, reminderBeforeMs });
    return {
      expiresAt: createdAt + expiresAfterMs,
      readNotice,
      reminderBeforeMs: inTime ? reminderBeforeMs : null,
    };
  }

  #newJob(row: Row, message: MessageToSeal, secrets: MessageSecrets & { readonly told: ToldCode }) {
    const { jobKey } = this.#parts.keys;
    const group = jobGroupOf(jobKey, secrets.hash, message.codeTo);
    const content: CodeJobContent = {
      recipient: message.addressedTo,
      deliveredTo: message.recipient,
      told: secrets.told,
      way: row.way,
      id: row.id,
      expiresAt: row.expiresAt,
      sentAt: readSentAt(message.fields, row.createdAt),
      originalMessageId: readMessageId(message.fields),
      ...this.#smsNote(message, secrets.told),
      ...(row.way === "pdf" ? {} : this.#forSender(secrets, message)),
    };
    const key = { group, sender: message.codeTo };
    const sealedContent = sealJobContent(jobKey, content, key);
    return { ...key, sealedContent, createdAt: row.createdAt };
  }

  /** The code to the recipient's telephone, where the rule has a number. */
  #newSms(
    row: Row,
    { options }: MessageToSeal,
    { token, told }: MessageSecrets & { readonly told: ToldCode },
  ) {
    const { smsKey } = this.#parts;
    if (smsKey === undefined || options.sms === null || told.kind !== "new") return undefined;
    const { id: messageId, createdAt, way } = row;
    const checkWords = way === "pdf" ? undefined : checkWordsOf(token);
    const { code } = told;
    return sealSmsFor(smsKey, { to: options.sms, code, checkWords, messageId, createdAt });
  }

  #smsNote({ options }: MessageToSeal, told: ToldCode): Pick<CodeJobContent, "smsTo"> {
    const isSent = this.#parts.smsKey !== undefined && told.kind === "new";
    if (!isSent || options.sms === null) return {};
    return { smsTo: maskPhoneNumber(options.sms) };
  }

  /** What the code mail says beside the code. */
  #forSender(
    { hash, token }: MessageSecrets,
    { baseUrl, recipient }: MessageToSeal,
  ): Pick<CodeJobContent, "manageLink" | "checkWords"> {
    const manageToken = deriveManageToken(this.#parts.keys.tokenKey, hash, recipient);
    const manageLink = `${baseUrl}/s/${formatManageToken(manageToken)}`;
    return { manageLink, checkWords: checkWordsOf(token) };
  }

  async #notify(row: Sealed, secrets: MessageSecrets, message: MessageToSeal): Promise<SealResult> {
    const { clock, keys } = this.#parts;
    const { id, way, again } = row;
    if (row.expiresAt <= clock.now()) return { kind: "expired", id };
    const rewrite =
      way === "pdf"
        ? await this.#pdfSealer().rewrite(row, secrets, message, this.#styleFor(message))
        : this.#linkRewrite(row, secrets.token, message);
    const mark = { kind: "notice", id, recipient: message.recipient } as const;
    return { kind: "sealed", rewrite: withMark(rewrite, keys.markKey, mark), id, again, way };
  }

  #linkRewrite(row: Sealed, token: Buffer, message: MessageToSeal): Rewrite {
    const { settings } = this.#parts;
    const facts: NotificationFacts = {
      author: readAuthor(message.fields, message.sender),
      recipient: message.recipient,
      link: `${message.baseUrl}/m/${formatLinkToken(token)}`,
      linkStart: `${message.baseUrl}/`,
      id: row.id,
      sentAt: readSentAt(message.fields, row.createdAt),
      expiresAt: row.expiresAt,
      isCodeAgreed: row.isAgreed,
      timeZone: settings.timeZone,
    };
    return buildNotification(message.fields, facts, this.#styleFor(message));
  }

  #styleFor({ sender, recipient, options }: MessageToSeal): NotificationStyle {
    const { templates } = this.#parts.settings;
    const template = templateFor(templates, parseMailAddress(sender)?.domain);
    const style = notificationStyle(template, parseMailAddress(recipient)?.domain);
    return { ...style, subjectMode: options.subject };
  }
}

/** The rewrite with the field by which mxseal knows the mail again. */
export function withMark(
  rewrite: Rewrite,
  markKey: Buffer,
  mark: { readonly kind: MarkKind; readonly id: string; readonly recipient: string },
): Rewrite {
  const fields = rewrite.edits.filter((edit) => edit.kind === "insert");
  const bodyHash = bodyHashOf(rewrite.body);
  const value = formatMark(markKey, { ...mark, fields, bodyHash });
  const edit: HeaderEdit = { kind: "insert", at: "end", name: markHeader, value: ` ${value}` };
  return { body: rewrite.body, edits: [...rewrite.edits, edit] };
}
