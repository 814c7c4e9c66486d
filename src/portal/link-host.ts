/**
 * Shows behind each link where it really leads, unless its text already says so: "www.bank.example"
 * may lead elsewhere. Hosts are in A-labels (RFC 5890 §2.3.2.1), so letters that only look alike
 * show. A mail or telephone link is named where its text is another address or number. Works on
 * the sanitiser's output alone, whose tags are well-formed.
 */
import { displayLine } from "../base/display-line.ts";
import { escapeHtml } from "../base/escape-html.ts";
import { decodePercent } from "./percent-text.ts";

const link = /(<a href="([^"]*)"[^>]*>)([\s\S]*?)<\/a>/g;
/** A host name has at most 253 characters; its end is what tells, so it is never cut off. */
const maxShown = 254;

export function nameLinkHosts(markup: string): string {
  return markup.replace(link, (_, open: string, href: string, inner: string) => {
    const target = unnamedTarget(unescapeMarkup(href), textOf(inner));
    if (target === undefined) return `${open}${inner}</a>`;
    const shown = escapeHtml(displayLine(target, maxShown));
    return `${open}${inner}</a> <span class="link-host">[${shown}]</span>`;
  });
}

/** What the reader must be told beside `text`; undefined when it says enough. */
function unnamedTarget(href: string, text: string): string | undefined {
  const host = hostOf(href);
  if (host !== undefined) return saysHost(text, host) ? undefined : host;
  const [, scheme, rest = ""] = /^(mailto|tel):([^?]*)/i.exec(href) ?? [];
  if (scheme === undefined) return undefined;
  const target = decodePercent(rest);
  if (scheme.toLowerCase() === "mailto") {
    return !text.includes("@") || sameText(text, target) ? undefined : target;
  }
  const digits = digitsOf(text);
  return digits.length < 3 || digitsOf(target).endsWith(digits.replace(/^0+/, ""))
    ? undefined
    : target;
}

function saysHost(text: string, host: string): boolean {
  // Before an @ stands a user name, which may look like the host.
  if (!/^[\u0021-\u007e]+$/.test(text) || text.includes("@")) return false;
  return hostOf(text) === host || hostOf(`https://${text}`) === host;
}

function hostOf(address: string): string | undefined {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  return new URL(address).host.replace(/^www\./, "");
}

function textOf(inner: string): string {
  return unescapeMarkup(inner.replace(/<[^<>]*>/g, "")).trim();
}

function unescapeMarkup(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, "");
}
