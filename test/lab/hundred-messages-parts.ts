/** Building blocks of `hundred-messages.ts`: headers, parts and contents that depend on nothing. */
import { type Random, seededRandom } from "../support/random.ts";

/** Every run composes the same bytes. */
export const random: Random = seededRandom(20_261_123);

/** Lines joined by CR LF; text beyond ASCII as UTF-8. */
export function lines(...text: readonly string[]): Buffer {
  return Buffer.from(`${text.join("\r\n")}\r\n`, "utf8");
}

/** Bytes as they are, one per character. */
export function raw(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

export function base64(content: Buffer, width = 76): string {
  return (content.toString("base64").match(new RegExp(`.{1,${width}}`, "g")) ?? []).join("\r\n");
}

/** The fields that a person's mail program writes. */
export function usual(subject: string): readonly string[] {
  return [
    'From: "Alice Adams" <alice@company.example>',
    "To: recipient@plain.test",
    `Subject: ${subject}`,
    "Date: Mon, 23 Nov 2026 10:00:00 +0100",
    `Message-ID: <${random.bytes(8).toString("hex")}@company.example>`,
    "MIME-Version: 1.0",
  ];
}

/** `fields` stand behind the usual ones; the empty line and the body follow. */
export function mail(
  subject: string,
  fields: readonly string[],
  body: readonly (string | Buffer)[],
): Buffer {
  return Buffer.concat([
    lines(...usual(subject), ...fields, ""),
    ...body.map((piece) => (typeof piece === "string" ? lines(piece) : piece)),
  ]);
}

export function plain(subject: string, ...body: readonly string[]): Buffer {
  return mail(subject, ["Content-Type: text/plain; charset=utf-8"], body);
}

/** A part of a multipart: its fields, an empty line, its content. */
export function part(fields: readonly string[], content: string): string {
  return [...fields, "", content].join("\r\n");
}

export function attachment(name: string, bytes: number): string {
  return part(
    [
      `Content-Type: application/octet-stream; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
      "Content-Transfer-Encoding: base64",
    ],
    base64(random.bytes(bytes)),
  );
}

export function textPart(text: string, type = "plain", charset = "utf-8"): string {
  return part([`Content-Type: text/${type}; charset=${charset}`], text);
}

/** Body of a multipart; `close` false leaves the final boundary away. */
export function multipart(boundary: string, parts: readonly string[], close = true): string {
  const opened = parts.map((one) => `--${boundary}\r\n${one}`).join("\r\n");
  return close ? `${opened}\r\n--${boundary}--` : opened;
}

export function multipartField(subtype: string, boundary: string, more = ""): string {
  return `Content-Type: multipart/${subtype}; boundary="${boundary}"${more}`;
}

/** A multipart as a part of another one. */
export function nested(subtype: string, boundary: string, parts: readonly string[]): string {
  return part([multipartField(subtype, boundary)], multipart(boundary, parts));
}

/** One message inside another, `depth` times. */
export function forwarded(depth: number): string {
  const inner = depth === 0 ? "The innermost text." : part(rfc822, forwarded(depth - 1));
  const fields = [`Subject: level ${depth}`, "From: carol@elsewhere.example"];
  return depth === 0 ? part(fields, inner) : [...fields, inner].join("\r\n");
}

const rfc822: readonly string[] = ["MIME-Version: 1.0", "Content-Type: message/rfc822"];

/** Random bytes that no line end, NUL or leading dot gives a meaning to. */
export function binaryLine(length: number): Buffer {
  const bytes = random.bytes(length);
  return Buffer.from(bytes.map((byte) => ([0, 10, 13, 46].includes(byte) ? 128 : byte)));
}
