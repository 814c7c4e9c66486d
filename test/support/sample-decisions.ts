/** One decision of every kind and reason, for tests that must cover them all. */
import type { Decision } from "../../src/rules/decision.ts";
import { usualSealOptions } from "../../src/rules/seal-options.ts";
import { sampleVerdict } from "./sample-verdict.ts";

const proven = sampleVerdict("partner.example");
const failed = sampleVerdict("partner.example", { status: "failed", postfixPolicy: null });
const unknown = sampleVerdict("partner.example", { status: "unknown", postfixPolicy: null });
const noMail = sampleVerdict("partner.example", { status: "no-mail", postfixPolicy: null });

export type SampleDecision =
  | "local"
  | "routed"
  | "secure"
  | "clear"
  | "clearEncrypted"
  | "seal"
  | "sealByDefault"
  | "reject"
  | "nullMx"
  | "noSuchDomain"
  | "noVerdict"
  | "unknown"
  | "ownUnproven"
  | "unconfirmed"
  | "badAddress";

export const sampleDecisions: Readonly<Record<SampleDecision, Decision>> = {
  local: { kind: "elsewhere", domainClass: "local" },
  routed: { kind: "elsewhere", domainClass: "routed" },
  secure: { kind: "secure", postfixPolicy: "secure match=mx.partner.example", verdict: proven },
  clear: { kind: "clear", leastTls: "may", ruleId: 7, verdict: failed },
  clearEncrypted: { kind: "clear", leastTls: "encrypt", ruleId: 7, verdict: failed },
  seal: { kind: "seal", ruleId: 8, options: usualSealOptions, verdict: failed },
  sealByDefault: { kind: "seal", ruleId: null, options: usualSealOptions, verdict: failed },
  reject: { kind: "reject", ruleId: 9, verdict: failed },
  nullMx: { kind: "no-mail", reason: "null-mx", verdict: noMail },
  noSuchDomain: { kind: "no-mail", reason: "no-such-domain", verdict: noMail },
  noVerdict: { kind: "wait", reason: "no-verdict" },
  unknown: { kind: "wait", reason: "unknown", verdict: unknown },
  ownUnproven: { kind: "wait", reason: "own-unproven", verdict: failed },
  unconfirmed: { kind: "wait", reason: "no-mail-unconfirmed", verdict: noMail },
  badAddress: { kind: "wait", reason: "bad-address" },
};
