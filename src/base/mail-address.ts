/**
 * An envelope address as Postfix hands it over (RFC 5321 §4.1.2), with or without angle brackets.
 * The domain begins after the last `@` that stands outside a quoted string, so that
 * `"a@good.test"@evil.test` belongs to evil.test. The local part keeps its case: only its owner
 * may fold it. `<>` and postmaster without a domain have no domain and parse to undefined.
 */
import { type Domain, parseDomain } from "./domain.ts";

export interface MailAddress {
  /** As received, without angle brackets. */
  readonly text: string;
  /** As received, quotes included. */
  readonly local: string;
  readonly domain: Domain;
}

export function parseMailAddress(input: string): MailAddress | undefined {
  const text = input.startsWith("<") && input.endsWith(">") ? input.slice(1, -1) : input;
  const at = separatorIndex(text);
  if (at <= 0 || text.length > 1000) return undefined;
  const domain = parseDomain(text.slice(at + 1));
  if (domain === undefined) return undefined;
  return { text, local: text.slice(0, at), domain };
}

/**
 * The form in which rules and stored rows name an address: local part lower-cased, and quoted only
 * where it must be, since quotes name the same mailbox (RFC 5321 §4.1.2): nobody quotes himself
 * past a rule. Parsing a key gives the same key.
 */
export function addressKey(address: MailAddress): string {
  return `${plainLocal(address.local).toLowerCase()}@${address.domain}`;
}

function plainLocal(local: string): string {
  const content = /^"((?:[^"\\]|\\.)*)"$/su.exec(local)?.[1];
  if (content === undefined) return local;
  const plain = content.replaceAll(/\\(.)/gsu, "$1");
  if (plain !== "" && !plain.includes('"')) return plain;
  return `"${plain.replaceAll(/["\\]/g, "\\$&")}"`;
}

function separatorIndex(text: string): number {
  let quoted = false;
  let found = -1;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === "\\" && quoted) index += 1;
    else if (character === '"') quoted = !quoted;
    else if (character === "@" && !quoted) found = index;
  }
  return quoted ? -1 : found;
}
