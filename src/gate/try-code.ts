/**
 * Whether a code opens a sealed message, whichever kind of code it has. One derivation a try; the
 * caller has counted the attempt and bounds how many run.
 */
import type { CodeForm } from "../base/code-form.ts";
import { unwrapMessageKey } from "../seal/message-key.ts";
import { unwrapByRemembered } from "../seal/remembered-code.ts";
import type { RememberedCode } from "../store/remembered-store.ts";
import type { SealedMessage } from "../store/sealed-store.ts";

export interface CodeTry {
  readonly message: Pick<
    SealedMessage,
    "lookupId" | "recipient" | "salt" | "wrappedKey" | "rememberedCodeId"
  >;
  /** The one that the message names; undefined when it has a code of its own. */
  readonly remembered: RememberedCode | undefined;
  /** From the link. */
  readonly token: Buffer;
  /** As typed. */
  readonly code: string;
  readonly pepper: Buffer;
}

/** How the message's code is to be read. */
export function formOf(remembered: RememberedCode | undefined): Exclude<CodeForm, "pdf"> {
  return remembered?.form ?? "drawn";
}

/** Whether the reader had the code before this message came. */
export function isAgreedBefore(
  remembered: RememberedCode | undefined,
  { createdAt }: Pick<SealedMessage, "createdAt">,
): boolean {
  return remembered !== undefined && remembered.madeAt < createdAt;
}

/** The message key; undefined for a wrong code. Rejects with MXSEAL_SEALED_DAMAGED. */
export function tryCode({
  message,
  remembered,
  token,
  code,
  pepper,
}: CodeTry): Promise<Buffer | undefined> {
  const { lookupId, recipient, salt, wrappedKey } = message;
  const input = { lookupId, recipient, salt, wrappedKey, token, code, pepper };
  if (remembered === undefined) return unwrapMessageKey(input);
  const { owner, form } = remembered;
  return unwrapByRemembered({ ...input, keys: remembered, owner, form });
}
