/** Whose remembered code a message is sealed for: one for all senders of a domain, per recipient. */
import { addressKey, parseMailAddress } from "../base/mail-address.ts";
import type { CodeOwner } from "./remembered-code.ts";

/** Envelope addresses. Undefined when one of them is none: then no code can be remembered. */
export function codeOwnerOf(sender: string, recipient: string): CodeOwner | undefined {
  const from = parseMailAddress(sender);
  const to = parseMailAddress(recipient);
  if (from === undefined || to === undefined) return undefined;
  return { senderDomain: from.domain, recipient: addressKey(to) };
}
