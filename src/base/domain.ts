/**
 * A recipient domain in the one form everything else compares: lower-case A-labels without a dot
 * at the end (RFC 5890 §2.3.2.1). Sizes follow RFC 1035 §2.3.4. Address literals are no domains.
 */
import { domainToASCII } from "node:url";

declare const brand: unique symbol;
export type Domain = string & { readonly [brand]: "Domain" };

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const forbidden = /[\u0000-\u0020\u007f/\\?#@:%[\]<>^|]/;

/** `text` may have U-labels, mixed case and one dot at its end; undefined when it is no domain. */
export function parseDomain(text: string): Domain | undefined {
  const bare = text.endsWith(".") ? text.slice(0, -1) : text;
  if (bare.length === 0 || bare.length > 1000 || forbidden.test(bare)) return undefined;
  const ascii = toAscii(bare);
  if (ascii.length === 0 || ascii.length > 253) return undefined;
  const labels = ascii.split(".");
  if (!labels.every((part) => label.test(part))) return undefined;
  // A number as the last label, hexadecimal ones too, makes an IPv4 address of the name to every
  // URL and socket library (RFC 3696 §2, WHATWG URL §3.5).
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? "")) return undefined;
  return ascii as Domain;
}

function toAscii(text: string): string {
  // Plain ASCII names skip IDNA processing, which would refuse the underscore of service names.
  if (/^[\u0021-\u007e]*$/.test(text) && !/(?:^|\.)xn--/i.test(text)) return text.toLowerCase();
  return domainToASCII(text);
}

/** The domain and its parents, nearest first: a.b.c → a.b.c, b.c, c. */
export function domainAndParents(domain: Domain): readonly Domain[] {
  const labels = domain.split(".");
  return labels.map((_, index) => labels.slice(index).join(".") as Domain);
}
