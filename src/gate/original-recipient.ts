/**
 * The recipient as the sender knows it (RFC 3461 §4.2, ORCPT): an alias may lead to an address that
 * the sender was never told, and a mail to the sender must not tell it.
 */
import { parseMailAddress } from "../base/mail-address.ts";
import { textOfBytes } from "../mime/header.ts";

/** `orcpt`: the parameter's value, `rfc822;` and xtext; without a usable one `recipient` itself. */
export function originalRecipient(recipient: string, orcpt: string | undefined): string {
  const found = /^(?:rfc822|utf-8);(.{3,500})$/i.exec(orcpt ?? "")?.[1];
  if (found === undefined) return recipient;
  const decoded = found.replace(/\+([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const address = textOfBytes(decoded);
  const clean = !/[\u0000-\u0020\u007f<>\\]/.test(address);
  return clean && parseMailAddress(address) !== undefined ? address : recipient;
}
