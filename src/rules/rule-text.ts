/**
 * Rules as people write them. A scope is `user@example.com`, `example.com`, `.example.com` (all
 * domains below, not itself) or `default`; an end is `30d`, `12h`, `2w`, a day (`2027-01-31`, that
 * day included, UTC) or an instant with its zone (`2027-01-31T18:00Z`).
 */
import { parseDomain } from "../base/domain.ts";
import { addressKey, parseMailAddress } from "../base/mail-address.ts";
import { printable, quoted } from "../base/printable.ts";
import { failure, type Result, success } from "../base/result.ts";
import {
  type LeastTls,
  leastTlsLevels,
  type NewRule,
  type RuleAction,
  type RuleScope,
  ruleActions,
} from "./rule.ts";
import { parseSealOptions, type SealOptionsDraft } from "./seal-options.ts";

export interface RuleDraft {
  readonly scope: string;
  readonly action: string;
  readonly author: string;
  readonly reason?: string | undefined;
  readonly until?: string | undefined;
  readonly leastTls?: string | undefined;
  readonly seal?: SealOptionsDraft | undefined;
}

const longestReason = 500;
const longestLifeMs = 100 * 365 * 86_400_000;
const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Checks everything at once; each fault is a sentence for the administrator. */
export function parseRule(draft: RuleDraft, nowMs: number): Result<NewRule, readonly string[]> {
  const scope = parseScope(draft.scope);
  const action = parseAction(draft.action);
  const leastTls = parseLeastTls(draft.leastTls, draft.action);
  const reason = parseReason(draft.reason, draft.action);
  const expiresAt = parseEnd(draft.until, nowMs);
  const seal = parseSealOptions(draft.seal ?? {}, draft.action);
  const forOne = isForOne(draft);
  if (forOne.ok && scope.ok && action.ok && leastTls.ok && reason.ok && expiresAt.ok && seal.ok) {
    return success({
      scope: scope.value,
      action: action.value,
      leastTls: leastTls.value,
      ...(seal.value === undefined ? {} : { seal: seal.value }),
      reason: reason.value,
      author: draft.author,
      createdAt: nowMs,
      expiresAt: expiresAt.value,
    });
  }
  const parts = [scope, action, leastTls, reason, expiresAt, forOne];
  const faults = parts.flatMap((part) => (part.ok ? [] : [part.error]));
  return failure([...faults, ...(seal.ok ? [] : seal.error)]);
}

/** Codes for several people must not all arrive at one telephone. */
function isForOne({ scope, seal }: RuleDraft): Result<true, string> {
  if (seal?.sms === undefined || scope.includes("@")) return success(true);
  return failure("A telephone number belongs to one person: --sms needs an address as scope.");
}

export function parseScope(text: string): Result<RuleScope, string> {
  if (text === "default") return success({ kind: "default" });
  if (text.startsWith("@"))
    return failure(`To speak of a whole domain, write ${printable(text.slice(1), 80)}.`);
  if (text.startsWith("*.")) {
    return failure(`To speak of all domains below, write ${printable(text.slice(1), 80)}.`);
  }
  if (text.includes("@")) {
    const address = parseMailAddress(text);
    if (address === undefined) return failure(`${quoted(text)} is not a mail address.`);
    return success({ kind: "address", address: addressKey(address) });
  }
  const domain = parseDomain(text.startsWith(".") ? text.slice(1) : text);
  if (domain === undefined) {
    return failure(`${quoted(text)} is neither an address, a domain, a .domain nor "default".`);
  }
  return success({ kind: text.startsWith(".") ? "parent" : "domain", domain });
}

export function formatScope(scope: RuleScope): string {
  switch (scope.kind) {
    case "address":
      return scope.address;
    case "domain":
      return scope.domain;
    case "parent":
      return `.${scope.domain}`;
    case "default":
      return "default";
  }
}

function parseAction(text: string): Result<RuleAction, string> {
  const action = ruleActions.find((known) => known === text);
  if (action !== undefined) return success(action);
  return failure(`The action ${quoted(text)} is unknown; use ${ruleActions.join(", ")}.`);
}

function parseLeastTls(text: string | undefined, action: string): Result<LeastTls, string> {
  if (text === undefined) return success("may");
  if (action !== "allow") return failure("Only an allow rule has a least TLS level.");
  const level = leastTlsLevels.find((known) => known === text);
  if (level !== undefined) return success(level);
  return failure(`The TLS level ${quoted(text)} is unknown; use ${leastTlsLevels.join(" or ")}.`);
}

function parseReason(text: string | undefined, action: string): Result<string, string> {
  const reason = (text ?? "").trim();
  if (reason === "" && action === "allow") {
    return failure(
      "An allow rule needs a reason: mail will leave unproven, and one day it counts why.",
    );
  }
  if (reason.length > longestReason) {
    return failure(`The reason is longer than ${longestReason} characters.`);
  }
  if (/\p{Cc}/u.test(reason)) return failure("The reason must be a single line of text.");
  return success(reason);
}

function parseEnd(text: string | undefined, nowMs: number): Result<number | null, string> {
  if (text === undefined) return success(null);
  const endsAt = parseInstant(text, nowMs);
  if (endsAt === undefined) {
    return failure(
      `${quoted(text)} is no end; write 30d, 12h, 2w, 2027-01-31 or 2027-01-31T18:00Z.`,
    );
  }
  if (endsAt <= nowMs) return failure(`The end ${text} has passed.`);
  if (endsAt - nowMs > longestLifeMs) return failure(`The end ${text} is too far away.`);
  return success(endsAt);
}

/** As the file's head says an end is written; undefined when it is none. May lie in the past. */
export function parseInstant(text: string, nowMs: number): number | undefined {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return nowMs + Number(count) * (unitMs[unit] ?? 0);
  const [, day, time] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  if (day === undefined || !isCalendarDay(day)) return undefined;
  const instant = Date.parse(time === undefined ? `${day}T24:00:00Z` : text);
  return Number.isNaN(instant) ? undefined : instant;
}

/** `Date.parse` makes the 31st of February a day in March. */
function isCalendarDay(day: string): boolean {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}
