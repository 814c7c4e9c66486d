/**
 * Text of strangers made fit for display: names, addresses, subjects and file names cannot play
 * tricks with control characters or with the direction of writing (Unicode UAX #9), which can
 * make `fdp.exe` look like `exe.pdf`.
 */
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const bodyControls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** One line; hidden marks of direction show as U+FFFD; cut at `maxLength` characters. */
export function displayLine(text: string, maxLength: number): string {
  const line = text.replace(controls, " ").replace(directions, "\ufffd").trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1).toWellFormed()}…`;
}

/** A text body: lines and tabs stay, other control characters go, endings become LF. */
export function displayBody(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(bodyControls, "");
}
