/**
 * Names and addresses made fit to be shown in a mail of ours: one line, bounded, no control
 * characters and none that turn the direction of writing (Unicode UAX #9).
 */
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Longer text is cut with an ellipsis. */
export function displayLine(text: string, maxLength: number): string {
  const line = text.replace(controls, " ").replace(directions, "").trim().toWellFormed();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1).toWellFormed()}…`;
}

/** For HTML text and quoted attribute values. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Date and time with the zone's name; `timeZone` by default this machine's. */
export function displayInstant(atMs: number, locale: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
    timeZone,
  }).format(atMs);
}
