/** Letters with everything that an inattentive hop would change, and marks to find them by. */
import { randomBytes } from "node:crypto";
import type { Letter } from "./submit.ts";

export interface LetterOptions {
  readonly from?: string;
  readonly to: readonly string[];
  readonly port?: number;
  /** Length of the attachment. */
  readonly attachmentBytes?: number;
}

export interface MarkedLetter extends Letter {
  /** Strings found only in this letter: in the subject, the text and the attachment's name. */
  readonly secrets: readonly string[];
}

/** A text part, an HTML part and an attachment; long lines, leading dots, 8-bit text, odd blanks. */
export function composeLetter(options: LetterOptions): MarkedLetter {
  const mark = randomBytes(8).toString("hex");
  const from = options.from ?? "alice@company.example";
  const secrets = [`subject-${mark}`, `text-${mark}`, `html-${mark}`, `file-${mark}`];
  const [subject, text, html, file] = secrets;
  const boundary = `=_${mark}`;
  const lines = [
    `From: "Alice Adams" <${from}>`,
    `To: ${options.to.join(",\r\n ")}`,
    `Subject: ${subject}`,
    "Date: Mon, 23 Nov 2026 10:00:00 +0100",
    `Message-ID: <${mark}@company.example>`,
    "X-Empty:",
    "X-Folded: one\r\n\ttwo\r\n   three",
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    "preamble",
    `--${boundary}`,
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    "",
    `The text: ${text}`,
    ".",
    "..two dots",
    "trailing blanks   ",
    "Grüße aus Köln, €",
    `one long line ${"x".repeat(900)}`,
    `--${boundary}`,
    "Content-Type: text/html; charset=utf-8",
    "",
    `<p>${html}</p>`,
    `--${boundary}`,
    `Content-Type: application/octet-stream; name="${file}.bin"`,
    `Content-Disposition: attachment; filename="${file}.bin"`,
    "Content-Transfer-Encoding: base64",
    "",
    ...base64Lines(randomBytes(options.attachmentBytes ?? 300)),
    `--${boundary}--`,
    "",
  ];
  const data = Buffer.from(lines.join("\r\n"), "utf8");
  const port = options.port === undefined ? {} : { port: options.port };
  return { from, to: options.to, data, secrets, ...port };
}

function base64Lines(content: Buffer): readonly string[] {
  return content.toString("base64").match(/.{1,76}/g) ?? [];
}
