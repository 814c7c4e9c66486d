/** A letter of a given size that no hop changes: one attachment that does not compress. */
import { randomBytes } from "node:crypto";

export interface LargeMail {
  readonly data: Buffer;
}

export function largeMail(bytes: number): LargeMail {
  const head = Buffer.from(
    [
      "From: alice@company.example",
      "To: many@plain.test",
      "Subject: Large",
      "Date: Mon, 23 Nov 2026 10:00:00 +0100",
      `Message-ID: <${randomBytes(8).toString("hex")}@company.example>`,
      "MIME-Version: 1.0",
      "Content-Type: application/octet-stream",
      "Content-Transfer-Encoding: base64",
      "",
      "",
    ].join("\r\n"),
  );
  const body = Buffer.alloc(bytes - (bytes % 78));
  // One random megabyte over and over: making 50 of them takes longer than sealing them.
  const lines = base64Lines(randomBytes(57 * 1024));
  for (let at = 0; at < body.length; at += lines.length) lines.copy(body, at);
  return { data: Buffer.concat([head, body]) };
}

function base64Lines(content: Buffer): Buffer {
  const text = content.toString("base64").match(/.{76}/g) ?? [];
  return Buffer.from(text.map((line) => `${line}\r\n`).join(""));
}
