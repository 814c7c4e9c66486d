/**
 * File names of attachments, cleaned for every file system: a name never has a path, never is
 * hidden, never a device.
 */
import { displayLine } from "../base/display-line.ts";

const maxLength = 120;
const forbidden = /[\\/:*?"<>|\ufffd]/g;
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** `fallback` stands in for a name of which nothing is left. */
export function cleanFileName(name: string, fallback: string): string {
  const line = displayLine(name.normalize("NFC"), 1000);
  const plain = line.replace(forbidden, "_").replace(/^[.\s]+|(?<![.\s])[.\s]+$/g, "");
  const safe = device.test(plain) ? `_${plain}` : plain;
  const short = shorten(safe).toWellFormed();
  return short === "" ? fallback : short;
}

/** Keeps the extension, which tells the reader's machine what to do. */
function shorten(name: string): string {
  if (name.length <= maxLength) return name;
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? "";
  return name.slice(0, maxLength - extension.length) + extension;
}
