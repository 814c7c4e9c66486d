/**
 * Quoted-printable (RFC 2045 §6.7): lines of at most 76 ASCII characters, so that no hop has a
 * reason to change a byte of the body.
 */
const maxLineLength = 76;

/** `text`: lines ended by LF; answers lines ended by CR LF. */
export function encodeQuotedPrintable(text: string): string {
  return text
    .split("\n")
    .map((line) => softBroken(line.toWellFormed()))
    .join("\r\n");
}

function softBroken(line: string): string {
  const atoms = Array.from(Buffer.from(line), atomOf);
  const last = atoms.at(-1);
  // A blank at the end of a line may be lost on the way (RFC 2045 §6.7, rule 3).
  if (last === " " || last === "\t") atoms[atoms.length - 1] = hex(last.charCodeAt(0));
  // `From ` and a lone dot at the start of a line are changed by old mailboxes and SMTP.
  if (line.startsWith("From ") || line.startsWith(".")) atoms[0] = hex(line.charCodeAt(0));
  const lines: string[] = [];
  let current = "";
  for (const atom of atoms) {
    if (current.length + atom.length >= maxLineLength) {
      lines.push(`${current}=`);
      current = "";
    }
    current += atom;
  }
  return [...lines, current].join("\r\n");
}

function atomOf(byte: number): string {
  const plain = (byte >= 0x20 && byte <= 0x7e && byte !== 0x3d) || byte === 0x09;
  return plain ? String.fromCharCode(byte) : hex(byte);
}

function hex(byte: number): string {
  return `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}
