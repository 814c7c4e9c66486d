/**
 * Text of strangers, made fit for a terminal or a sentence of ours: one line, in which nothing can
 * rule the terminal or turn the direction of writing (Unicode UAX #9).
 *
 * Stricter than `display-line.ts`, which keeps what a person's name may need (joiners, for
 * example): here every control, format, private and unassigned character goes.
 */
const unfit = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** Each run of unfit characters becomes one U+FFFD; longer text is cut with an ellipsis. */
export function printable(text: string, maxLength: number = Number.POSITIVE_INFINITY): string {
  const clean = text.replace(unfit, "\u{FFFD}").trim();
  return clean.length <= maxLength ? clean : `${clean.slice(0, maxLength - 1).toWellFormed()}…`;
}

/** What somebody wrote, in quotes and not long, for a sentence that says what is wrong with it. */
export function quoted(text: string): string {
  return `"${printable(text, 80)}"`;
}
