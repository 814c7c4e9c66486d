/** Bytes of a named character set as text; names as strangers write them, Windows-1252 for unknown ones. */
import { isUtf8 } from "node:buffer";
import { decodeWords } from "postal-mime";

/** What programs write that did not look at the text. */
const unnamed = new Set(["", "us-ascii", "ascii", "ansi_x3.4-1968", "unknown-8bit", "8bit"]);

/** `charset`: of the mail; without one, bytes that are no UTF-8 are Windows-1252. */
export function decodeCharset(bytes: Buffer, charset: string | undefined): string {
  const label = (charset ?? "").replace(/["']/g, "").trim().toLowerCase();
  const isNamed = label === "utf-8" || label === "utf8";
  if (isNamed || (unnamed.has(label) && isUtf8(bytes))) return new TextDecoder().decode(bytes);
  // The parser knows a hundred spellings that TextDecoder does not, and shows them in encoded words.
  const name = /^[^?\s*]{1,60}$/.test(label) ? label : "unknown";
  return decodeWords(`=?${name}?B?${bytes.toString("base64")}?=`);
}
