/** A letter of a given size that no hop changes: a text and three files that do not compress. */
import { randomBytes } from "node:crypto";

export interface LargeMail {
  readonly data: Buffer;
  readonly text: string;
  readonly files: readonly Buffer[];
}

const fileCount = 3;
const lineBytes = 57;

export function largeMail(bytes: number): LargeMail {
  const text = "Anbei die drei Aufnahmen.";
  const files = Array.from({ length: fileCount }, () => largeFile(bytes / fileCount));
  const head = [
    "From: alice@company.example",
    "To: many@plain.test",
    "Subject: Large",
    "Date: Mon, 23 Nov 2026 10:00:00 +0100",
    `Message-ID: <${randomBytes(8).toString("hex")}@company.example>`,
    "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=large",
    "",
    "--large",
    "",
    text,
  ];
  const parts = files.flatMap(({ encoded }, index) => [
    Buffer.from(`--large\r\nContent-Disposition: attachment; filename=${index}.tif\r\n`),
    Buffer.from("Content-Type: image/tiff\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
    encoded,
  ]);
  const lines = Buffer.from(`${head.join("\r\n")}\r\n`);
  const data = Buffer.concat([lines, ...parts, Buffer.from("--large--\r\n")]);
  return { data, text, files: files.map(({ plain }) => plain) };
}

/** One random megabyte over and over: making 50 of them takes longer than sealing them. */
function largeFile(encodedBytes: number): { readonly plain: Buffer; readonly encoded: Buffer } {
  const piece = randomBytes(lineBytes * 1024);
  const lines = Buffer.from(piece.toString("base64").replace(/.{76}/g, "$&\r\n"));
  const count = Math.floor(encodedBytes / lines.length);
  const encoded = Buffer.alloc(count * lines.length, lines);
  return { plain: Buffer.alloc(count * piece.length, piece), encoded };
}
