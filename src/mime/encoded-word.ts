/**
 * Text in a header field: as it is when it is short ASCII, else as UTF-8 encoded words
 * (RFC 2047 §2, §5), so that no field of ours needs SMTPUTF8 (RFC 6531) or has a long line.
 */
const maxPlainLength = 60;
/** 45 bytes make 60 characters of base64 and with `=?UTF-8?B?…?=` 72, below the limit of 75. */
const maxWordBytes = 45;

/** `text`: one line. Words are separated by LF and a blank, which is a folded header's form. */
export function encodeHeaderText(text: string): string {
  if (/^[\u0020-\u007e]*$/.test(text) && !text.includes("=?") && text.length <= maxPlainLength) {
    return text;
  }
  return wordPieces(text).map(encodeWord).join("\n ");
}

/** A display name (RFC 5322 §3.4): an atom run, a quoted string or encoded words. */
export function encodeDisplayName(name: string): string {
  if (/^[A-Za-z0-9 _'-]*$/.test(name) && name.length <= maxPlainLength) return name;
  const quotable = /^[\u0020-\u007e]*$/.test(name) && name.length <= maxPlainLength;
  if (quotable && !name.includes("=?")) return `"${name.replace(/["\\]/g, "\\$&")}"`;
  return wordPieces(name).map(encodeWord).join("\n ");
}

function encodeWord(piece: string): string {
  return `=?UTF-8?B?${Buffer.from(piece).toString("base64")}?=`;
}

/** Cut between characters: each word is decoded alone (RFC 2047 §5). */
function wordPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const character of text.toWellFormed()) {
    if (Buffer.byteLength(piece + character) > maxWordBytes) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  return [...pieces, piece];
}
