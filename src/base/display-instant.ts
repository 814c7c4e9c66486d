/** Instants as people of a language write them: `23 December 2025 at 18:19 CET`. */

/**
 * With the zone's name, because the reader may be elsewhere. `locale`: BCP 47; `timeZone` by
 * default this machine's. An instant that no calendar holds (a damaged store) is `?`.
 */
export function displayInstant(atMs: number, locale: string, timeZone?: string): string {
  if (Number.isNaN(new Date(atMs).getTime())) return "?";
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
