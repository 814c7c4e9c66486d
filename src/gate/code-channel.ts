/**
 * Can the code of a sealed message reach somebody who will pass it on? Only when a person of ours
 * sent it: a code for a stranger, a list, a program or a forwarding robot would be read by nobody,
 * or by the wrong one, and the recipient would hold a link that never opens.
 */
import type { Domain } from "../base/domain.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import { stripComments } from "../mime/comment.ts";
import { findHeader, type HeaderField, headerText } from "../mime/header.ts";
import type { DomainClass } from "../rules/decision.ts";

export interface ChannelFacts {
  /** Envelope sender; empty for the null sender. */
  readonly sender: string;
  /** Parameter NOTIFY of the recipient (RFC 3461 §4.1). */
  readonly notify: string | undefined;
  readonly fields: readonly HeaderField[];
}

/** What is known of domains at this moment. */
export interface DomainKnowledge {
  classOf(domain: Domain): DomainClass;
  /** Whether mail to the domain is proven to be safe now. */
  isProven(domain: Domain): boolean;
}

export type NoChannelReason =
  | "null-sender"
  | "foreign-sender"
  | "rewritten-sender" // VERP, SRS: the address belongs to a program
  | "unattended-sender"
  | "automatic"
  | "list";

export type CodeChannel =
  | { readonly kind: "sender"; readonly address: string }
  /** Ours, but its own mail servers are not proven now: may be in a while. */
  | { readonly kind: "unproven" }
  /** A copy whose sender wants to hear nothing of it; even a refusal would reach nobody. */
  | { readonly kind: "silent-copy" }
  | { readonly kind: "none"; readonly reason: NoChannelReason };

const rewrittenLocal = /^srs[01][=+-]|^bounces?[+-]|-bounces?(?:[+-]|$)/i;
const unattendedLocals: ReadonlySet<string> = new Set([
  "bounce",
  "bounces",
  "cron",
  "daemon",
  "do-not-reply",
  "donotreply",
  "double-bounce",
  "mailer-daemon",
  "no-reply",
  "nobody",
  "noreply",
  "root",
  "www-data",
]);

export function findCodeChannel(facts: ChannelFacts, domains: DomainKnowledge): CodeChannel {
  if (facts.notify?.trim().toUpperCase() === "NEVER") return { kind: "silent-copy" };
  const reason = senderFault(facts.sender) ?? contentFault(facts.fields);
  if (reason !== undefined) return { kind: "none", reason };
  return channelTo(facts.sender, domains);
}

/** Also asked again before the code is mailed, because days may lie between. */
export function channelTo(sender: string, domains: DomainKnowledge): CodeChannel {
  const address = parseMailAddress(sender);
  if (address === undefined) return { kind: "none", reason: "foreign-sender" };
  switch (domains.classOf(address.domain)) {
    case "local":
      return { kind: "sender", address: address.text };
    case "own-remote":
      return domains.isProven(address.domain)
        ? { kind: "sender", address: address.text }
        : { kind: "unproven" };
    case "routed":
    case "other":
      return { kind: "none", reason: "foreign-sender" };
  }
}

function senderFault(sender: string): NoChannelReason | undefined {
  if (sender === "") return "null-sender";
  const local = parseMailAddress(sender)?.local.toLowerCase() ?? "";
  if (rewrittenLocal.test(local) || namesAnother(local)) return "rewritten-sender";
  const [name = ""] = local.split("+", 1);
  return unattendedLocals.has(name) ? "unattended-sender" : undefined;
}

/** VERP: `news+erna=plain.example`. */
function namesAnother(local: string): boolean {
  const equals = local.lastIndexOf("=");
  const mark = Math.max(...["+", "-"].map((sign) => local.lastIndexOf(sign, equals - 2)));
  if (equals < 2 || mark < 0) return false;
  const name = local.slice(mark + 1, equals);
  const host = local.slice(equals + 1);
  return !/[=+]/.test(name) && host.slice(1, -1).includes(".");
}

function contentFault(fields: readonly HeaderField[]): NoChannelReason | undefined {
  const submitted = wordOf(fields, "auto-submitted");
  if (submitted !== "" && submitted !== "no") return "automatic";
  const precedence = wordOf(fields, "precedence");
  if (precedence === "auto_reply") return "automatic";
  if (["bulk", "list", "junk"].includes(precedence)) return "list";
  return fields.some(({ name }) => /^list-/i.test(name)) ? "list" : undefined;
}

/** The first word of a field, in lower case, without parameters and comments. */
function wordOf(fields: readonly HeaderField[], name: string): string {
  const text = stripComments(headerText(findHeader(fields, name) ?? "")).trim();
  const [word = ""] = text.toLowerCase().split(/[;\s]/, 1);
  return word;
}
