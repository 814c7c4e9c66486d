/**
 * Header fields of a message (RFC 5322 §2.2) as a mail filter sees them: bytes as characters 0 to
 * 255, the value being everything between the colon and the field's last line end, leading blank
 * included, folded lines joined by LF.
 */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** A change of the header section; `insert` puts a field at its top or its end. */
export type HeaderEdit =
  | { readonly kind: "remove"; readonly name: string }
  | {
      readonly kind: "insert";
      readonly at: "top" | "end";
      readonly name: string;
      readonly value: string;
    };

/** The section byte for byte as it was received, without the empty line that ends it. */
export function headerBytes(fields: Iterable<HeaderField>): Buffer {
  const lines = Array.from(fields, ({ name, value }) => `${name}:${value}\n`);
  return Buffer.from(lines.join("").replaceAll("\n", "\r\n"), "latin1");
}

/** The topmost field of that name, in any case; its raw value. */
export function findHeader(fields: readonly HeaderField[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  return fields.find((field) => field.name.trimEnd().toLowerCase() === wanted)?.value;
}

/** A raw value unfolded (RFC 5322 §2.2.3), trimmed, its bytes read as `textOfBytes` does. */
export function headerText(value: string): string {
  return textOfBytes(value.replace(/\r?\n(?=[ \t])/g, "").trim());
}

/** Bytes given as characters 0 to 255: UTF-8 (RFC 6532) where they are, else latin1 as they stand. */
export function textOfBytes(bytes: string): string {
  if (!/[\u0080-\u00ff]/.test(bytes) || /[^\u0000-\u00ff]/.test(bytes)) return bytes;
  const utf8 = Buffer.from(bytes, "latin1").toString("utf8");
  return utf8.includes("\ufffd") ? bytes : utf8;
}
