/**
 * How mail is sealed for the recipients of one rule: in the portal or as an encrypted PDF, for how
 * long, under which subject, and who is told what. Only a `seal` rule has them. What a PDF cannot
 * do (end, tell that it was opened) is refused beside it, so that no rule promises it.
 */
import { type PhoneNumber, parsePhoneNumber } from "../base/phone-number.ts";
import { quoted } from "../base/printable.ts";
import { failure, type Result, success } from "../base/result.ts";

export const sealWays = ["portal", "pdf"] as const;
/** `pdf`: for recipients who cannot open a portal; it can neither be recalled nor expire. */
export type SealWay = (typeof sealWays)[number];

export interface SealOptions {
  readonly way: SealWay;
  /** Null: as configured. */
  readonly expiresAfterMs: number | null;
  /** `keep`: the notification has the original's subject, for everybody on the way to read. */
  readonly subject: "template" | "keep";
  /** The sender is told when the message is opened for the first time. */
  readonly readNotice: boolean;
  /** How long before the end a recipient who has not opened it is reminded; null: never. */
  readonly reminderBeforeMs: number | null;
  /** Where the code goes by SMS as well, the sender's mail notwithstanding; null: nowhere. */
  readonly sms: PhoneNumber | null;
  /** A new code is made once and then opens all later messages of the sender's domain. */
  readonly rememberCode: boolean;
}

/** What holds where no rule says otherwise. */
export const usualSealOptions: SealOptions = {
  way: "portal",
  expiresAfterMs: null,
  subject: "template",
  readNotice: false,
  reminderBeforeMs: null,
  sms: null,
  rememberCode: false,
};

/** As written on a command line; undefined: not said. */
export interface SealOptionsDraft {
  readonly way?: string | undefined;
  readonly expiresAfter?: string | undefined;
  readonly keepSubject?: boolean | undefined;
  readonly readNotice?: boolean | undefined;
  readonly remind?: string | undefined;
  readonly sms?: string | undefined;
  readonly rememberCode?: boolean | undefined;
}

const hourMs = 3_600_000;
const unitMs: Readonly<Record<string, number>> = {
  h: hourMs,
  d: 24 * hourMs,
  w: 7 * 24 * hourMs,
};
const longestLifeMs = 365 * 24 * hourMs;

/** Undefined when nothing was said; each fault is a sentence for the administrator. */
export function parseSealOptions(
  draft: SealOptionsDraft,
  action: string,
): Result<SealOptions | undefined, readonly string[]> {
  if (Object.values(draft).every((value) => value === undefined)) return success(undefined);
  const way = parseWay(draft.way);
  const expiresAfter = parseSpan(draft.expiresAfter, "The time until a message expires");
  const reminder = parseSpan(draft.remind, "The time from reminder to end");
  const sms = parseSms(draft.sms);
  const faults = [
    ...(action === "seal" ? [] : ["How mail is sealed can only be said of a seal rule."]),
    ...[way, expiresAfter, reminder, sms].flatMap((part) => (part.ok ? [] : [part.error])),
    ...contradictions(draft),
  ];
  if (!way.ok || !expiresAfter.ok || !reminder.ok || !sms.ok) return failure(faults);
  const options: SealOptions = {
    way: way.value,
    expiresAfterMs: expiresAfter.value,
    subject: draft.keepSubject === true ? "keep" : "template",
    readNotice: draft.readNotice === true,
    reminderBeforeMs: reminder.value,
    sms: sms.value,
    rememberCode: draft.rememberCode === true,
  };
  if (isReminderTooEarly(options)) {
    faults.push("The reminder must come later than the message: give --remind a shorter time.");
  }
  return faults.length === 0 ? success(options) : failure(faults);
}

/** What `options` say beyond the usual, in words; empty when nothing. */
export function describeSealOptions(options: SealOptions): readonly string[] {
  const { expiresAfterMs, reminderBeforeMs } = options;
  return [
    ...(options.way === "pdf" ? ["as PDF"] : []),
    ...(expiresAfterMs === null ? [] : [`expires after ${formatSpan(expiresAfterMs)}`]),
    ...(options.subject === "keep" ? ["keeps the subject"] : []),
    ...(options.readNotice ? ["tells the sender when read"] : []),
    ...(options.rememberCode ? ["remembers the code"] : []),
    ...(reminderBeforeMs === null ? [] : [`reminds ${formatSpan(reminderBeforeMs)} before`]),
    ...(options.sms === null ? [] : [`code also by SMS to ${options.sms}`]),
  ];
}

/** Longer than the message lives: it would come with the message itself. */
export function isReminderTooEarly(
  options: Pick<SealOptions, "expiresAfterMs" | "reminderBeforeMs">,
): boolean {
  const { expiresAfterMs, reminderBeforeMs } = options;
  if (expiresAfterMs === null || reminderBeforeMs === null) return false;
  return reminderBeforeMs >= expiresAfterMs;
}

function parseWay(text: string | undefined): Result<SealWay, string> {
  const way = sealWays.find((known) => known === (text ?? "portal"));
  if (way !== undefined) return success(way);
  return failure(`The way ${quoted(text ?? "")} is unknown; use ${sealWays.join(" or ")}.`);
}

function parseSms(text: string | undefined): Result<PhoneNumber | null, string> {
  if (text === undefined) return success(null);
  const number = parsePhoneNumber(text);
  if (number.ok) return number;
  return failure(
    number.error === "country"
      ? `The number ${quoted(text)} needs its country in front: +49 170 1234567.`
      : `${quoted(text)} is not a telephone number; write +49 170 1234567.`,
  );
}

function contradictions(draft: SealOptionsDraft): readonly string[] {
  if (draft.way !== "pdf") return [];
  return [
    ...(draft.expiresAfter === undefined
      ? []
      : ["A PDF cannot expire: leave out --expires-after or --way pdf."]),
    ...(draft.readNotice === undefined
      ? []
      : ["Nobody learns that a PDF was opened: leave out --read-notice or --way pdf."]),
    ...(draft.rememberCode === undefined
      ? []
      : ["Each PDF has a code of its own: leave out --remember-code or --way pdf."]),
    ...(draft.remind === undefined
      ? []
      : ["A PDF does not expire, so nobody need be reminded: leave out --remind or --way pdf."]),
  ];
}

function parseSpan(text: string | undefined, what: string): Result<number | null, string> {
  if (text === undefined) return success(null);
  const [, count, unit = ""] = /^(\d{1,4})([hdw])$/.exec(text) ?? [];
  const spanMs = Number(count ?? Number.NaN) * (unitMs[unit] ?? 0);
  if (spanMs >= hourMs && spanMs <= longestLifeMs) return success(spanMs);
  return failure(`${what} is 1h to 365d, written 12h, 14d or 2w, not ${quoted(text)}.`);
}

function formatSpan(spanMs: number): string {
  const hours = spanMs / hourMs;
  return hours % 24 === 0 ? `${hours / 24}d` : `${hours}h`;
}
