/**
 * A new code for the same link, made with the sender's link: it alone leads to the message key and
 * the link token that the new wrap needs. Neither the store nor the key files could do it.
 */
import { MxsealError } from "../base/errors.ts";
import type { PhoneNumber } from "../base/phone-number.ts";
import { type CheckWords, checkWordsOf } from "../seal/check-words.ts";
import { drawCode } from "../seal/code.ts";
import { unwrapForSender } from "../seal/manage-wrap.ts";
import { wrapMessageKey } from "../seal/message-key.ts";
import type { ManageStore } from "../store/manage-store.ts";
import type { SealedMessage } from "../store/store.ts";
import { sealSmsFor } from "./seal-sms.ts";

export interface CodeRenewal {
  readonly message: SealedMessage;
  /** From the sender's link. */
  readonly token: Buffer;
  readonly pepper: Buffer;
  readonly nowMs: number;
  /** Sends the new code by SMS as well. */
  readonly sms?: { readonly to: PhoneNumber; readonly key: Buffer } | undefined;
}

export interface RenewedCode {
  /** `XXXX-XXXX-XXXX`; nowhere else from now on. */
  readonly code: string;
  readonly checkWords: CheckWords;
}

/**
 * Takes as long and as much memory as a guess. Undefined when somebody else has renewed the code
 * since `message` was read, or it is over. Rejects with MXSEAL_SEALED_DAMAGED when the token does not
 * open what was wrapped for it.
 */
export async function renewCode(
  store: ManageStore,
  { message, token, pepper, nowMs, sms }: CodeRenewal,
): Promise<RenewedCode | undefined> {
  const { id, lookupId, recipient, salt: oldSalt, manage } = message;
  if (manage === null) return undefined;
  const secrets = unwrapForSender(token, message, manage.wrap);
  if (secrets === undefined) {
    throw new MxsealError("MXSEAL_SEALED_DAMAGED", `the sender's access to ${id} does not open`);
  }
  const { messageKey, linkToken } = secrets;
  const code = drawCode();
  const context = { token: linkToken, code, pepper, lookupId, recipient };
  const wrapped = await wrapMessageKey({ messageKey, ...context });
  const checkWords = checkWordsOf(linkToken);
  for (const secret of [messageKey, linkToken]) secret.fill(0);
  const toSend = { code, checkWords, messageId: id, createdAt: nowMs };
  const sealed = sms && sealSmsFor(sms.key, { to: sms.to, ...toSend });
  const renewed = await store.rewrap(id, { oldSalt, ...wrapped, sms: sealed }, nowMs);
  return renewed ? { code, checkWords } : undefined;
}
