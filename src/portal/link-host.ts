/**
 * Shows behind each link the host it really leads to, unless its text already is that address:
 * "www.bank.example" may lead elsewhere. The host is in A-labels (RFC 5890 §2.3.2.1), so letters
 * that only look alike show. Works on the sanitiser's output alone, whose tags are well-formed.
 */
import { escapeHtml } from "../base/escape-html.ts";

const link = /(<a href="([^"]*)"[^>]*>)([\s\S]*?)<\/a>/g;

export function nameLinkHosts(markup: string): string {
  return markup.replace(link, (_, open: string, href: string, inner: string) => {
    const host = hostOf(href.replaceAll("&amp;", "&"));
    if (host === undefined || saysHost(inner, host)) return `${open}${inner}</a>`;
    return `${open}${inner}</a> <span class="link-host">[${escapeHtml(host)}]</span>`;
  });
}

function saysHost(inner: string, host: string): boolean {
  const text = inner
    .replace(/<[^>]*>/g, "")
    .replaceAll("&amp;", "&")
    .trim();
  if (!/^[\u0021-\u007e]+$/.test(text)) return false;
  return hostOf(text) === host || hostOf(`https://${text}`) === host;
}

function hostOf(address: string): string | undefined {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  return new URL(address).host.replace(/^www\./, "");
}
