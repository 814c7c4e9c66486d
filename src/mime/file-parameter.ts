/**
 * A file's name as a parameter of Content-Disposition (RFC 2183 §2.3): a quoted string where that
 * is plain and short, else in numbered UTF-8 pieces (RFC 2231 §3, §4). Any text stays one value on
 * short 7-bit lines.
 */
const maxPlainLength = 60;
const maxPieceLength = 60;

/** The lines behind `Content-Disposition: attachment;`, each begins with a blank. */
export function fileParameter(name: string): readonly string[] {
  if (/^[\u0020-\u007e]*$/.test(name) && name.length <= maxPlainLength) {
    return [` filename="${name.replace(/["\\]/g, "\\$&")}"`];
  }
  const pieces = encodedPieces(name);
  return pieces.map((piece, index) => {
    const charset = index === 0 ? "UTF-8''" : "";
    return ` filename*${index}*=${charset}${piece}${index === pieces.length - 1 ? "" : ";"}`;
  });
}

/** Cut between characters, for readers that decode each piece alone. */
function encodedPieces(name: string): readonly string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const character of name.toWellFormed()) {
    const encoded = encodeCharacter(character);
    if (piece.length + encoded.length > maxPieceLength) {
      pieces.push(piece);
      piece = "";
    }
    piece += encoded;
  }
  return [...pieces, piece];
}

/** Letters, digits and three signs stand for themselves; RFC 2231 §7 would allow a few more. */
function encodeCharacter(character: string): string {
  if (/^[A-Za-z0-9._-]$/.test(character)) return character;
  return Array.from(
    Buffer.from(character),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
}
