/** A body of text and HTML with one file attached (RFC 2046 §5.1.3), 7-bit and short-lined. */
import {
  type AlternativeContent,
  type ComposedBody,
  composeAlternative,
} from "./alternative-body.ts";

export interface AttachedFile {
  /** Plain ASCII without quotes. */
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Buffer;
}

/** 57 bytes make a line of 76 characters (RFC 2045 §6.8); pieces hold whole lines. */
const bytesPerLine = 57;
const bytesPerPiece = bytesPerLine * 1024;

export function composeAttached(content: AlternativeContent, file: AttachedFile): ComposedBody {
  // Neither base64 nor quoted-printable, nor the inner boundary's lines, can be this one.
  const boundary = `=_mxseal-${content.label}-file`;
  const words = composeAlternative(content);
  const type = words.headers.filter(({ name }) => name === "Content-Type");
  const opening = [
    `--${boundary}`,
    ...type.map(({ name, value }) => `${name}:${value.replaceAll("\n", "\r\n")}`),
    "",
    "",
  ];
  const between = [
    `--${boundary}`,
    `Content-Type: ${file.mimeType}; name="${file.name}"`,
    `Content-Disposition: attachment; filename="${file.name}"`,
    "Content-Transfer-Encoding: base64",
    "",
    "",
  ];
  return {
    headers: [
      { name: "MIME-Version", value: " 1.0" },
      { name: "Content-Type", value: ` multipart/mixed;\n boundary="${boundary}"` },
    ],
    body: Buffer.concat([
      Buffer.from(opening.join("\r\n"), "latin1"),
      words.body,
      Buffer.from(between.join("\r\n"), "latin1"),
      ...base64Pieces(file.bytes),
      Buffer.from(`--${boundary}--\r\n`, "latin1"),
    ]),
  };
}

function base64Pieces(bytes: Buffer): readonly Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += bytesPerPiece) {
    const text = bytes.toString("base64", at, Math.min(at + bytesPerPiece, bytes.length));
    pieces.push(Buffer.from(text.replace(/.{1,76}/g, "$&\r\n"), "latin1"));
  }
  return pieces;
}
