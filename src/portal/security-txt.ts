/**
 * `/.well-known/security.txt` (RFC 9116 §2.5, §3): where to report a weakness. The file expires
 * half a year after it was asked for, so it is never stale while the portal runs.
 */
import { MxsealError } from "../base/errors.ts";

export const securityTxtPath = "/.well-known/security.txt";

const validMs = 180 * 24 * 3600_000;

/** A mail address, or a `mailto:`, `tel:` or `https:` URI; throws MXSEAL_CONFIG_INVALID. */
export function securityContactUri(contact: string): string {
  const uri = /^[^\s:@]+@[^\s:@]+$/.test(contact) ? `mailto:${contact}` : contact;
  if (!/^(?:mailto|tel|https):[\u0021-\u007e]+$/.test(uri) || !URL.canParse(uri)) {
    throw new MxsealError(
      "MXSEAL_CONFIG_INVALID",
      "the security contact must be a mail address, or begin with mailto:, tel: or https:",
    );
  }
  return uri;
}

/** `origin`: what readers' links begin with, without a slash at its end. */
export function securityTxt(contactUri: string, origin: string, nowMs: number): string {
  const expires = new Date(nowMs + validMs).toISOString().replace(/\.\d+Z$/, "Z");
  return `Contact: ${contactUri}
Expires: ${expires}
Preferred-Languages: de, en
Canonical: ${origin}${securityTxtPath}
`;
}
