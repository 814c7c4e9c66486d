/** Rules as lines for people and as JSON for programs; instants of JSON are ISO 8601. */
import type { Rule } from "../rules/rule.ts";
import { formatScope } from "../rules/rule-text.ts";
import { describeSealOptions, usualSealOptions } from "../rules/seal-options.ts";
import { formatInstant, formatTable } from "./text-table.ts";

const ruleHeader = ["ID", "SCOPE", "ACTION", "HOW", "UNTIL", "BY", "REASON"];

/** One line without a line break. */
export function ruleToJson(rule: Rule, nowMs: number): string {
  return JSON.stringify({
    id: rule.id,
    scope: formatScope(rule.scope),
    action: rule.action,
    leastTls: rule.action === "allow" ? rule.leastTls : null,
    seal: rule.action === "seal" ? sealToJson(rule) : null,
    reason: rule.reason,
    author: rule.author,
    createdAt: new Date(rule.createdAt).toISOString(),
    expiresAt: rule.expiresAt === null ? null : new Date(rule.expiresAt).toISOString(),
    expired: isExpired(rule, nowMs),
  });
}

export function formatRuleTable(rules: readonly Rule[], nowMs: number): string {
  return formatTable(
    ruleHeader,
    rules.map((rule) => [
      String(rule.id),
      formatScope(rule.scope),
      rule.action,
      howText(rule),
      untilText(rule, nowMs),
      rule.author,
      rule.reason,
    ]),
  );
}

/** What the rule does, in a sentence. */
export function describeRule(rule: Rule): string {
  const until = rule.expiresAt === null ? "" : ` Until ${formatInstant(rule.expiresAt)}.`;
  return `${effectOf(rule)}${until}`;
}

function effectOf(rule: Rule): string {
  const whom =
    rule.scope.kind === "default"
      ? "every domain that is not proven"
      : `${formatScope(rule.scope)}, when not proven,`;
  switch (rule.action) {
    case "seal":
      return `mail to ${[`${whom} is sealed`, ...sealWords(rule)].join(", ")}.`;
    case "reject":
      return `mail to ${whom} is rejected.`;
    case "allow":
      return `mail to ${whom} leaves as it is, ${
        rule.leastTls === "encrypt" ? "only over TLS." : "over TLS where offered, else in clear."
      }`;
  }
}

function sealWords(rule: Rule): readonly string[] {
  return describeSealOptions(rule.seal ?? usualSealOptions);
}

function howText(rule: Rule): string {
  if (rule.action === "allow") return rule.leastTls;
  const words = rule.action === "seal" ? sealWords(rule).join(", ") : "";
  return words === "" ? "-" : words;
}

function sealToJson(rule: Rule): Readonly<Record<string, unknown>> {
  const { way, expiresAfterMs, subject, readNotice, reminderBeforeMs, sms } =
    rule.seal ?? usualSealOptions;
  return {
    way,
    expiresAfterSeconds: expiresAfterMs === null ? null : expiresAfterMs / 1000,
    subject,
    readNotice,
    reminderBeforeSeconds: reminderBeforeMs === null ? null : reminderBeforeMs / 1000,
    sms,
  };
}

function untilText(rule: Rule, nowMs: number): string {
  if (rule.expiresAt === null) return "-";
  const instant = formatInstant(rule.expiresAt);
  return isExpired(rule, nowMs) ? `${instant} (expired)` : instant;
}

function isExpired(rule: Rule, nowMs: number): boolean {
  return rule.expiresAt !== null && rule.expiresAt <= nowMs;
}
