/** The letter of the demo: text, HTML and an attachment, so that the portal has something to show. */
import type { Sent } from "./demo-outcome.ts";

const boundary = "=_demo-mixed";
const alternative = "=_demo-alternative";
const text = "Our offer for the pumps is 48,250 euros, valid until the end of the year.";
const attachment = "item;pieces;price\r\npump P-40;5;7900\r\nvalve set;5;1750\r\n";

export const demoSender = "alice@company.example";

export function composeDemoLetter(to: readonly string[]): Pick<Sent, "letter" | "secrets"> {
  const lines = [
    `From: "Alice Adams" <${demoSender}>`,
    `To: ${to.join(",\r\n ")}`,
    "Subject: Offer 2026-118 for the pumps in hall 3",
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${crypto.randomUUID()}@company.example>`,
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    `Content-Type: multipart/alternative; boundary="${alternative}"`,
    "",
    `--${alternative}`,
    "Content-Type: text/plain; charset=utf-8",
    "",
    "Dear partners,",
    "",
    text,
    "",
    "Kind regards",
    "Alice Adams",
    "",
    `--${alternative}`,
    "Content-Type: text/html; charset=utf-8",
    "",
    `<p>Dear partners,</p><p>${text.replace("48,250 euros", "<b>48,250 euros</b>")}</p>`,
    "<p>Kind regards<br>Alice Adams</p>",
    `--${alternative}--`,
    "",
    `--${boundary}`,
    'Content-Type: text/csv; name="prices.csv"',
    'Content-Disposition: attachment; filename="prices.csv"',
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.from(attachment).toString("base64"),
    `--${boundary}--`,
    "",
  ];
  const data = Buffer.from(lines.join("\r\n"), "utf8");
  return {
    letter: { from: demoSender, to, data },
    secrets: ["Offer 2026-118", "48,250", Buffer.from(attachment).toString("base64")],
  };
}
