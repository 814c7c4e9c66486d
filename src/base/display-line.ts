/**
 * Names and addresses of strangers made fit to be shown: no control characters, and none of the
 * marks that turn the direction of writing (Unicode UAX #9) and make `fdp.exe` look like `exe.pdf`.
 */
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** One line; marks of direction show as U+FFFD; longer text is cut with an ellipsis. */
export function displayLine(text: string, maxLength: number): string {
  const line = text.replace(controls, " ").replace(directions, "\ufffd").trim().toWellFormed();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1).toWellFormed()}…`;
}
