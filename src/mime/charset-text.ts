/** Bytes of a named character set as text; names as strangers write them, Windows-1252 for unknown ones. */
import { decodeWords } from "postal-mime";

/** `charset`: of the mail; "" or undefined is UTF-8. */
export function decodeCharset(bytes: Buffer, charset: string | undefined): string {
  const label = (charset ?? "").trim().toLowerCase() || "utf-8";
  if (label === "utf-8" || label === "utf8") return new TextDecoder().decode(bytes);
  // The parser knows a hundred spellings that TextDecoder does not, and shows them in encoded words.
  const name = /^[^?\s*]{1,60}$/.test(label) ? label : "unknown";
  return decodeWords(`=?${name}?B?${bytes.toString("base64")}?=`);
}
