/** Instants in sentences about verdicts: UTC to the minute, alike in every language. */

/** `2026-11-23 12:30 UTC`; an instant that no calendar holds (a damaged store) as `?`. */
export function spokenInstant(atMs: number): string {
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return "?";
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
