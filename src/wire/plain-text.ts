/**
 * Text that may stand in one line of a protocol whatever it was made of: well-formed Unicode,
 * no control character, no line separator, bounded in bytes.
 */
const unfit = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Runs of unfit characters become one space; the cut never splits a character. */
export function plainText(text: string, maxBytes: number): string {
  const clean = text.toWellFormed().replaceAll(unfit, " ").trim();
  if (Buffer.byteLength(clean) <= maxBytes) return clean;
  const bytes = Buffer.from(clean);
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end).trim();
}
