/**
 * A new code for the same link, made with the sender's link: it alone leads to the message key and
 * the link token that the new wrap needs. Neither the store nor the key files could do it. The new
 * code is for this message alone, or from now on for all messages to its recipient.
 */
import { type CodeOwner, codeOwnerOf } from "../base/code-owner.ts";
import { MxsealError } from "../base/errors.ts";
import type { PhoneNumber } from "../base/phone-number.ts";
import { type CheckWords, checkWordsOf } from "../seal/check-words.ts";
import { drawCode } from "../seal/code.ts";
import { type ManagedSecrets, unwrapForSender } from "../seal/manage-wrap.ts";
import { type PreparedCode, prepareCode, wrapUnder } from "../seal/message-key.ts";
import { makeRememberedKeys, wrapForRemembered } from "../seal/remembered-code.ts";
import type { ManageStore, NewWrap } from "../store/manage-store.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import { sealSmsFor } from "./seal-sms.ts";

export type NewCode =
  /** Drawn, for this message. */
  | { readonly kind: "message" }
  /** Drawn, for this one and all later ones. */
  | { readonly kind: "remembered" }
  /** The sender's own, for this one and all later ones; `judgeOwnCode` has taken it. */
  | { readonly kind: "own"; readonly code: string };

export interface CodeRenewal {
  readonly message: SealedMessage;
  /** From the sender's link. */
  readonly token: Buffer;
  readonly pepper: Buffer;
  readonly nowMs: number;
  /** Sends the new code by SMS as well. */
  readonly sms?: { readonly to: PhoneNumber; readonly key: Buffer } | undefined;
  /** Without it one for this message. */
  readonly wanted?: NewCode;
}

export interface RenewedCode {
  /** Drawn, in groups of four, or the sender's own; nowhere else from now on. */
  readonly code: string;
  readonly kind: NewCode["kind"];
  readonly checkWords: CheckWords;
}

/**
 * Takes as long and as much memory as a guess. Undefined when somebody else has renewed the code
 * since `message` was read, or it is over. Rejects with MXSEAL_SEALED_DAMAGED when the token does not
 * open what was wrapped for it.
 */
export async function renewCode(
  store: ManageStore,
  { message, token, pepper, nowMs, sms, wanted = { kind: "message" } }: CodeRenewal,
): Promise<RenewedCode | undefined> {
  if (message.manage === null) return undefined;
  const secrets = unwrapForSender(token, message, message.manage.wrap);
  if (secrets === undefined) {
    const text = `the sender's access to ${message.id} does not open`;
    throw new MxsealError("MXSEAL_SEALED_DAMAGED", text);
  }
  const kind = wanted.kind;
  const code = wanted.kind === "own" ? wanted.code : drawCode();
  const prepared = await prepareCode(code, pepper, kind === "own" ? "own" : "drawn");
  const wrap = wrapAgain({ message, nowMs, kind }, secrets, prepared);
  const checkWords = checkWordsOf(secrets.linkToken);
  for (const secret of [secrets.messageKey, secrets.linkToken]) secret.fill(0);
  const { id: messageId, salt: oldSalt } = message;
  const toSend = { code, checkWords, messageId, createdAt: nowMs };
  const sealed = sms && sealSmsFor(sms.key, { to: sms.to, ...toSend });
  const renewed = await store.rewrap(messageId, { oldSalt, ...wrap, sms: sealed }, nowMs);
  return renewed ? { code, kind, checkWords } : undefined;
}

interface Rewrapping {
  readonly message: SealedMessage;
  readonly nowMs: number;
  readonly kind: NewCode["kind"];
}

function wrapAgain(
  { message, nowMs, kind }: Rewrapping,
  { messageKey, linkToken: token }: ManagedSecrets,
  prepared: PreparedCode,
): Omit<NewWrap, "oldSalt"> {
  const { lookupId, recipient, sender } = message;
  const context = { token, lookupId, recipient };
  if (kind === "message") {
    const { guard, ...wrapped } = wrapUnder(prepared, { messageKey, ...context });
    return { ...wrapped, code: { kind: "own", guard } };
  }
  const owner = ownerOf(message);
  const keys = makeRememberedKeys(prepared, owner);
  const form = kind === "own" ? "own" : "drawn";
  const made = { owner, form, madeBy: sender, madeAt: nowMs } as const;
  const wrapped = wrapForRemembered(keys.publicKey, messageKey, context);
  return { ...wrapped, code: { kind: "new-remembered", code: { ...keys, ...made } } };
}

/** Both addresses were parsed before the message was sealed. */
function ownerOf({ sender, recipient }: SealedMessage): CodeOwner {
  const owner = codeOwnerOf(sender, recipient);
  if (owner === undefined) throw new TypeError("a sealed message between what are no addresses");
  return owner;
}
