/** Instants and sizes as people of a language write them. */

import { displayInstant } from "../base/display-instant.ts";
import type { Language } from "../base/language.ts";

const localeOf: Readonly<Record<Language, string>> = { de: "de-DE", en: "en-GB" };
const units = ["kB", "MB", "GB"] as const;

export function formatInstant(atMs: number, language: Language, timeZone?: string): string {
  return displayInstant(atMs, localeOf[language], timeZone);
}

/** The hour alone, for what happens within the day. */
export function formatHour(atMs: number, language: Language, timeZone?: string): string {
  if (Number.isNaN(new Date(atMs).getTime())) return "?";
  return new Intl.DateTimeFormat(localeOf[language], {
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone,
  }).format(atMs);
}

/** Decimal units (1 kB = 1000 bytes), as phones show them. */
export function formatSize(bytes: number, language: Language): string {
  let value = Math.max(1, bytes) / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value < 10 && unit > 0 ? 1 : 0;
  const shown = Math.max(digits === 0 ? 1 : 0.1, value);
  const number = new Intl.NumberFormat(localeOf[language], { maximumFractionDigits: digits });
  return `${number.format(shown)} ${units[unit] ?? ""}`;
}
