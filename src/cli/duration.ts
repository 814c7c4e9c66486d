/** Spans of time as they stand on a command line: `90s`, `15m`, `12h`, `7d`, `2w`. */
const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
/** Longer than any mail or certificate lives; keeps instants far from the edge of a `Date`. */
const longestMs = 100 * 366 * 86_400_000;

/**
 * Milliseconds; undefined when `text` is no whole number with one unit (weeks, days, hours,
 * minutes, seconds) behind it, is nothing at all, or is more than a century.
 */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d{1,10})([smhdw])$/.exec(text) ?? [];
  const factor = unitMs[unit];
  if (count === undefined || factor === undefined) return undefined;
  const ms = Number(count) * factor;
  return ms > 0 && ms <= longestMs ? ms : undefined;
}
