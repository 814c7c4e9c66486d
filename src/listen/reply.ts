/**
 * The one place where decisions become Postfix's words, one function per interface:
 *
 * | decision  | policy at RCPT         | transport map                 |
 * |-----------|------------------------|-------------------------------|
 * | elsewhere | DUNNO                  | `:` (no change)               |
 * | secure    | DUNNO                  | `mxseal-secure:`              |
 * | clear     | DUNNO                  | `mxseal-clear:`               |
 * | seal      | DUNNO                  | `mxseal-hold:[127.0.0.1]:…`   |
 * | reject    | 550 5.7.10             | `mxseal-hold:[127.0.0.1]:…`   |
 * | no-mail   | 550 5.1.10 or 5.1.2    | `mxseal-hold:[127.0.0.1]:…`   |
 * | wait      | DUNNO                  | `retry:4.7.5 …`               |
 *
 * The TLS and gate maps are asked at delivery, when Postfix has already taken a way: they confirm
 * it or make the mail wait (TEMP), and never answer with less than was promised. Nothing here
 * answers NOTFOUND for a domain: to Postfix that means "deliver as main.cf says".
 */
import { type Domain, parseDomain } from "../base/domain.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import { wayOf } from "../gate/decision-way.ts";
import type { Way } from "../gate/transaction.ts";
import type { Decision, WaitReason } from "../rules/decision.ts";
import type { LeastTls } from "../rules/rule.ts";
import { dunno, type PolicyAction } from "../wire/policy-delegation.ts";
import type { SocketmapReply } from "../wire/socketmap.ts";
import { inBothLanguages } from "./reply-languages.ts";

/** RFC 5321 §4.5.3.1.1. */
const maxLocalPartLength = 64;

export function policyAction(decision: Decision): PolicyAction {
  switch (decision.kind) {
    case "reject":
      return {
        kind: "refuse",
        reply: "550 5.7.10",
        text: atRcpt(
          decision.verdict.domain,
          `Not sent: ${decision.verdict.domain} offers no secure connection for mail, and the rules here do not allow an insecure one`,
          "Nicht gesendet: Der Empfaenger bietet keine sichere Verbindung, und eine unsichere ist hier nicht erlaubt",
        ),
      };
    case "no-mail":
      return noMailAction(decision.reason, decision.verdict.domain);
    case "elsewhere":
    case "secure":
    case "clear":
    case "seal":
    case "wait":
      return dunno;
  }
}

function noMailAction(reason: "null-mx" | "no-such-domain", domain: Domain): PolicyAction {
  return reason === "null-mx"
    ? {
        kind: "refuse",
        reply: "550 5.1.10",
        text: atRcpt(domain, `${domain} accepts no mail`, "Diese Domain nimmt keine Mail an"),
      }
    : {
        kind: "refuse",
        reply: "550 5.1.2",
        text: atRcpt(
          domain,
          `The domain ${domain} does not exist; please check the address`,
          "Diese Domain gibt es nicht; bitte die Adresse pruefen",
        ),
      };
}

/** smtpd writes `<ADDRESS>: Recipient address rejected: ` before the text. */
function atRcpt(domain: Domain, english: string, german: string): string {
  const before = `<@${domain}>: Recipient address rejected: `.length + maxLocalPartLength;
  return inBothLanguages(english, german, before);
}

export interface TransportAnswer {
  readonly way: Way;
  /** `TRANSPORT:NEXTHOP` of transport(5). */
  readonly route: string;
}

/** Held mail comes back into this Postfix on port 10043 and meets the milter there. */
const routeOf: Readonly<Record<Way, string>> = {
  elsewhere: ":",
  "mxseal-secure": "mxseal-secure:",
  "mxseal-clear": "mxseal-clear:",
  "mxseal-hold": "mxseal-hold:[127.0.0.1]:10043",
  retry: "retry:4.7.5 ",
};

/** `recipient` is named in the text of a `retry:` only. */
export function transportAnswer(decision: Decision, recipient: string): TransportAnswer {
  const way = wayOf(decision);
  const text = decision.kind === "wait" ? waitText(decision.reason, recipient) : "";
  return { way, route: `${routeOf[way]}${text}` };
}

/** Postfix shows it in the queue, in its log and in notices of delay. */
function waitText(reason: WaitReason, recipient: string): string {
  const domain = parseMailAddress(recipient)?.domain ?? "this domain";
  switch (reason) {
    case "no-verdict":
      return `TLS check of ${domain} in progress`;
    case "unknown":
      return `TLS of ${domain} cannot be checked now, will be tried again`;
    case "forbidden":
      return `TLS check of ${domain} failed, and its own DANE or MTA-STS policy forbids delivery`;
    case "own-unproven":
      return `${domain} is one of ours, but its mail servers did not pass the TLS check`;
    case "no-mail-unconfirmed":
      return `${domain} seems not to exist, will be looked up again`;
    case "bad-address":
      return badAddressText(recipient);
  }
}

function badAddressText(recipient: string): string {
  return isAddressLiteral(recipient)
    ? "mail to an IP address in brackets is not delivered, only mail to a domain is"
    : "the recipient address has no valid domain, so its mail servers cannot be checked";
}

/** RFC 5321 §4.1.3: `user@[192.0.2.1]`, `user@[IPv6:2001:db8::1]`. */
function isAddressLiteral(recipient: string): boolean {
  return /@\[[^\]]*\]>?$/.test(recipient);
}

/** What a key of smtp_tls_policy_maps means. */
export type NexthopKey =
  /** `.example.com`, asked after NOTFOUND only, which is never answered for a domain. */
  | { readonly kind: "parent" }
  | { readonly kind: "domain"; readonly domain: Domain }
  /** `[host]`, `host:port`, an address: nothing that mxseal routes to. */
  | { readonly kind: "other" };

export function parseNexthopKey(key: string): NexthopKey {
  if (key.startsWith(".")) return { kind: "parent" };
  const domain = parseDomain(key);
  return domain === undefined ? { kind: "other" } : { kind: "domain", domain };
}

/** `policy`: what mail to the domain must meet; undefined when it is not proven now. */
export function tlsPolicyReply(policy: string | undefined): SocketmapReply {
  if (policy === undefined || policy === "") return notProven;
  return { word: "OK", data: policy };
}

/** `least`: undefined when no rule lets mail to the domain leave without proof. */
export function clearGateReply(least: LeastTls | undefined): SocketmapReply {
  return least === undefined ? notAllowed : { word: "OK", data: least };
}

const notProven: SocketmapReply = { word: "TEMP", reason: "not proven now, the mail waits" };
const notAllowed: SocketmapReply = {
  word: "TEMP",
  reason: "no rule allows this now, the mail waits",
};
