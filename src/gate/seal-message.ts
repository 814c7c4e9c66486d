/**
 * Turns a message that has streamed into a draft into a sealed message and its notification. The
 * row, the chunks and the code that waits for its sender are committed in one durable step before
 * Postfix hears a word. The same message offered again finds its row: same link, no second code.
 */
import type { Clock } from "../base/clock.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import { readAuthor } from "../mime/author.ts";
import type { HeaderEdit, HeaderField } from "../mime/header.ts";
import { readMessageId, readSentAt } from "../mime/message-identity.ts";
import { buildNotification, type NotificationFacts, type Rewrite } from "../mime/notification.ts";
import { type TemplateSet, templateFor } from "../mime/template.ts";
import { type NotificationStyle, notificationStyle } from "../mime/template-style.ts";
import { type CodeJobContent, jobGroupOf, sealJobContent } from "../seal/code-job-content.ts";
import type { CodeSource } from "../seal/code-reserve.ts";
import type { SealKeys } from "../seal/key-files.ts";
import { deriveLinkToken, formatLinkToken, lookupIdOf } from "../seal/link-token.ts";
import { type PreparedCode, wrapUnder } from "../seal/message-key.ts";
import { bodyHashOf, formatMark, type MarkKind, markHeader } from "../seal/own-mark.ts";
import { drawSealedId } from "../seal/sealed-id.ts";
import type { NewSealedMessage, SealedMessage, SealedStore } from "../store/store.ts";
import type { SealedDraft } from "./sealed-draft.ts";

export interface SealSettings {
  readonly expiresAfterMs: number;
  /** How notifications look and speak, by the sender's domain. */
  readonly templates: TemplateSet;
  readonly timeZone?: string | undefined;
}

export interface SealParts {
  readonly store: SealedStore;
  readonly keys: SealKeys;
  readonly codes: CodeSource;
  readonly clock: Clock;
  readonly settings: SealSettings;
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
  readonly signal: AbortSignal;
}

export type SealResult =
  | {
      readonly kind: "sealed";
      readonly rewrite: Rewrite;
      readonly id: string;
      readonly again: boolean;
    }
  /** Nobody waits for the answer any more; nothing was kept. */
  | { readonly kind: "abandoned" }
  /** It was sealed so long ago that the link is dead; sealed anew once that row is swept. */
  | { readonly kind: "expired"; readonly id: string };

type Row = Pick<SealedMessage, "id" | "createdAt" | "expiresAt">;

export class MessageSealer {
  readonly #parts: SealParts;

  constructor(parts: SealParts) {
    this.#parts = parts;
  }

  /** The caller discards the draft afterwards, whatever the result. Rejects as the store does. */
  async seal(draft: SealedDraft, message: MessageToSeal): Promise<SealResult> {
    const hash = draft.messageHash();
    const token = deriveLinkToken(this.#parts.keys.tokenKey, hash, message.recipient);
    const known = await this.#parts.store.findByLookupId(lookupIdOf(token));
    if (known !== undefined) return this.#notify(known, token, message, true);
    const row = await this.#commit(draft, message, { hash, token });
    if (row === undefined) return { kind: "abandoned" };
    return this.#notify(row, token, message, row.again);
  }

  /** Undefined when the message was given up meanwhile. */
  async #commit(
    draft: SealedDraft,
    message: MessageToSeal,
    secrets: { readonly hash: Buffer; readonly token: Buffer },
  ): Promise<(Row & { readonly again: boolean }) | undefined> {
    const { store, codes } = this.#parts;
    const { blob, chunkCount } = await draft.finish();
    const prepared = await codes.next(message.signal);
    if (prepared === undefined || message.signal.aborted) return undefined;
    const row = this.#newRow(draft, message, { token: secrets.token, prepared });
    const job = this.#newJob(row, message, { hash: secrets.hash, code: prepared.code });
    const outcome = await store.commit({ ...row, chunkCount }, blob, job);
    if (outcome === "committed") return { ...row, again: false };
    const first = await store.findByLookupId(row.lookupId);
    return first === undefined ? undefined : { ...first, again: true };
  }

  #newRow(
    draft: SealedDraft,
    message: MessageToSeal,
    secrets: { readonly token: Buffer; readonly prepared: PreparedCode },
  ): Omit<NewSealedMessage, "chunkCount"> {
    const { clock, settings } = this.#parts;
    const lookupId = lookupIdOf(secrets.token);
    const { recipient, sender } = message;
    const { messageKey, sizeBytes } = draft;
    const { token, prepared } = secrets;
    const wrapped = wrapUnder(prepared, { messageKey, token, lookupId, recipient });
    const createdAt = clock.now();
    const expiresAt = createdAt + settings.expiresAfterMs;
    const originQueueId = message.originQueueId ?? null;
    const facts = { id: drawSealedId(), lookupId, sender, recipient, originQueueId, sizeBytes };
    return { ...facts, ...wrapped, createdAt, expiresAt };
  }

  #newJob(
    row: Row,
    message: MessageToSeal,
    secrets: { readonly hash: Buffer; readonly code: string },
  ) {
    const { jobKey } = this.#parts.keys;
    const group = jobGroupOf(jobKey, secrets.hash, message.codeTo);
    const content: CodeJobContent = {
      recipient: message.addressedTo,
      deliveredTo: message.recipient,
      code: secrets.code,
      id: row.id,
      expiresAt: row.expiresAt,
      sentAt: readSentAt(message.fields, row.createdAt),
      originalMessageId: readMessageId(message.fields),
    };
    const key = { group, sender: message.codeTo };
    const sealedContent = sealJobContent(jobKey, content, key);
    return { ...key, sealedContent, createdAt: row.createdAt };
  }

  #notify(row: Row, token: Buffer, message: MessageToSeal, again: boolean): SealResult {
    const { clock, settings, keys } = this.#parts;
    if (row.expiresAt <= clock.now()) return { kind: "expired", id: row.id };
    const facts: NotificationFacts = {
      author: readAuthor(message.fields, message.sender),
      recipient: message.recipient,
      link: `${message.baseUrl}/m/${formatLinkToken(token)}`,
      linkStart: `${message.baseUrl}/`,
      id: row.id,
      sentAt: readSentAt(message.fields, row.createdAt),
      expiresAt: row.expiresAt,
      timeZone: settings.timeZone,
    };
    const rewrite = buildNotification(message.fields, facts, this.#styleFor(message));
    const mark = { kind: "notice", id: row.id, recipient: message.recipient } as const;
    return { kind: "sealed", rewrite: withMark(rewrite, keys.markKey, mark), id: row.id, again };
  }

  #styleFor({ sender, recipient }: MessageToSeal): NotificationStyle {
    const { templates } = this.#parts.settings;
    const template = templateFor(templates, parseMailAddress(sender)?.domain);
    return notificationStyle(template, parseMailAddress(recipient)?.domain);
  }
}

/** The rewrite with the field by which mxseal knows the mail again. */
export function withMark(
  rewrite: Rewrite,
  markKey: Buffer,
  mark: { readonly kind: MarkKind; readonly id: string; readonly recipient: string },
): Rewrite {
  const value = formatMark(markKey, { ...mark, bodyHash: bodyHashOf(rewrite.body) });
  const edit: HeaderEdit = { kind: "insert", at: "end", name: markHeader, value: ` ${value}` };
  return { body: rewrite.body, edits: [...rewrite.edits, edit] };
}
