/** Whose remembered code a message is sealed for: one for all senders of a domain, per recipient. */
import type { Domain } from "./domain.ts";
import { addressKey, parseMailAddress } from "./mail-address.ts";

export interface CodeOwner {
  readonly senderDomain: Domain;
  /** `addressKey` form. */
  readonly recipient: string;
}

/** Envelope addresses. Undefined when one of them is none: then no code can be remembered. */
export function codeOwnerOf(sender: string, recipient: string): CodeOwner | undefined {
  const from = parseMailAddress(sender);
  const to = parseMailAddress(recipient);
  if (from === undefined || to === undefined) return undefined;
  return { senderDomain: from.domain, recipient: addressKey(to) };
}
