/**
 * Originals of every kind through a real Postfix: what arrives in their place tells nothing of
 * them, neither by a header field nor by its structure, and it is right in ASCII and in UTF-8.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import PostalMime from "postal-mime";
import { type HeaderField, headerBytes } from "../../src/mime/header.ts";
import { type OriginalKind, originals, secretPattern } from "../support/original-kinds.ts";
import { Lab } from "./lab.ts";
import { isNotification } from "./sealed-mail.ts";
import type { ReceivedMail } from "./smtp-dialogue.ts";
import { submit } from "./submit.ts";

const from = "alice@company.example";
const idn = "xn--bcher-kva.test";
const domains = [
  { name: "plain.test", about: "no STARTTLS", manner: { startTls: false } },
  { name: "utf8.test", about: "takes UTF-8", manner: { startTls: false, smtpUtf8: true } },
  { name: idn, about: "takes UTF-8", manner: { startTls: false, smtpUtf8: true } },
];
const usual = [
  "Received",
  "Received",
  "From",
  "To",
  "Date",
  "Message-ID",
  "Subject",
  "MIME-Version",
  "Content-Type",
  "X-MXSeal-Id",
];

/** Postfix completes what was resent. */
const resent = ["Resent-From", "Resent-Date", "Resent-Message-ID"];

function compose(to: string, kind: Pick<OriginalKind, "fields" | "body">): Buffer {
  const latin1 = (text: string): string => Buffer.from(text).toString("latin1");
  const common: readonly HeaderField[] = [
    { name: "From", value: ` Alice <${from}>` },
    { name: "To", value: ` ${latin1(to)}` },
    { name: "Date", value: " Mon, 23 Nov 2026 10:00:00 +0100" },
    { name: "Message-ID", value: ` <${latin1(to).replaceAll(/[^a-z0-9.]/gi, ".")}@own.example>` },
  ];
  const taken = new Set(kind.fields.map(({ name }) => name.toLowerCase()));
  const fields = [...common.filter(({ name }) => !taken.has(name.toLowerCase())), ...kind.fields];
  const body = Buffer.from(kind.body.replaceAll("\n", "\r\n"));
  return Buffer.concat([headerBytes(fields), Buffer.from("\r\n"), body]);
}

function headOf(mail: ReceivedMail): string {
  const text = mail.data.toString("latin1");
  return text.slice(0, text.indexOf("\r\n\r\n"));
}

function namesIn(head: string): readonly string[] {
  return [...head.matchAll(/^([!-9;-~]+):/gm)].map((match) => match[1] ?? "");
}

describe("a notification through Postfix", () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start({ mxseal: {}, domains });
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  for (const [index, original] of originals.entries()) {
    it(`tells nothing of an original that is ${original.kind}`, async () => {
      const to = `kind-${index}@plain.test`;
      await submit({ from, to: [to], data: compose(to, original) });
      const mail = await lab.recipients.mailTo(to);
      assert.ok(isNotification(mail));
      const head = headOf(mail);
      assert.deepEqual(namesIn(head), usual);
      // Our own type is the one word of structure there is.
      assert.doesNotMatch(head.replace("multipart/alternative", ""), secretPattern);
      assert.doesNotMatch(mail.data.toString("latin1"), /SECRET|[\u0080-\u00ff]/);
      const { attachments, text = "" } = await PostalMime.parse(mail.data);
      assert.equal(attachments.length, 0);
      assert.match(text, /Vertrauliche|vertrauliche/);
    });
  }

  it("drops fields that are spelled oddly, and keeps the thread", async () => {
    const to = "odd@plain.test";
    const fields = [
      { name: "Subject ", value: " SECRET one" },
      { name: "Thread-Topic\t", value: " SECRET" },
      { name: "In-Reply-To", value: ' <a@b.example> (Bob\'s message of "SECRET")' },
      { name: "References", value: " <x@b.example>\n\t<a@b.example>" },
      { name: "X-SECRET  ", value: " 1" },
    ];
    await submit({ from, to: [to], data: compose(to, { fields, body: "SECRET\n" }) });
    const mail = await lab.recipients.mailTo(to);
    const head = headOf(mail);
    assert.doesNotMatch(head, /SECRET/);
    assert.match(head, /^In-Reply-To: <a@b\.example>\r$/m);
    assert.match(head, /^References: <x@b\.example>\r\n\t<a@b\.example>\r$/m);
  });

  // mxseal made one removal for two names that differ by a blank at the end, and would have left
  // one of them; Postfix takes the blanks away before a milter sees the name, so nothing left.
  for (const [label, names] of [
    [
      "twins that differ by a blank",
      ["Subject", "Subject ", "X-A\t", "x-a", "X-a \t ", "subject\t"],
    ],
    [
      "names twins of allowed ones",
      ["Received ", "from\t", "SENDER  ", "Resent-Bcc ", "Received-SPF"],
    ],
    [
      "nine hundred names",
      Array.from({ length: 900 }, (_, index) => `X-SECRET-${index}${" ".repeat(index % 3)}`),
    ],
    [
      "long names",
      ["S".repeat(900), "SECRET".repeat(300), "SECRET".repeat(340), "SECRET".repeat(342)],
    ],
    ["names over the length of a line", ["SECRET".repeat(2000), "X".repeat(50_000)]],
    [
      "what Postfix itself drops or moves",
      ["Bcc", "Return-Path", "Content-Length", "Status", "Resent-Bcc", "Apparently-To"],
    ],
    ["a name with a NUL", ["X-Before", "Sub\0ject", "X-SECRET-After"]],
    ["an 8-bit name", ["X-Before", "S\u00fcbject", "X-SECRET-After"]],
    ["no name at all", ["X-Before", "", "X-SECRET-After"]],
    ["a blank in a name", ["X-Before", "X SECRET", "X-SECRET-After"]],
    ["a line that begins a mailbox file", ["From SECRET", ">From", "X-SECRET-After"]],
    [
      "names of ours",
      ["X-MXSeal-Way", "X-MXSeal-Way ", "X-MXSeal-Id", "X-MXSeal-Id\t", "x-mxseal-id"],
    ],
    ["names as an object has them", ["constructor", "__proto__", "toString"]],
  ] as const) {
    it(`leaves no field behind that may not stay: ${label}`, async () => {
      const to = `names-${label.replaceAll(/\W/g, "")}@plain.test`;
      const fields = names.map((name) => ({ name, value: " SECRET <a@b.example>" }));
      await submit({ from, to: [to], data: compose(to, { fields, body: "SECRET\n" }) });
      const mail = await lab.recipients.mailTo(to);
      assert.ok(isNotification(mail));
      const kept = new Set([...usual, "Sender", ...resent].map((name) => name.toLowerCase()));
      const head = headOf(mail);
      const others = head.split(/\r\n(?![ \t])/).filter((line) => {
        return !kept.has(/^[^:]*/.exec(line)?.[0].trimEnd().toLowerCase() ?? "");
      });
      assert.deepEqual(others, []);
      assert.equal(head.match(/^subject[ \t]*:/gim)?.length, 1);
      assert.doesNotMatch(
        mail.data.toString("latin1").replaceAll(/^(?:from|sender|received)[ \t]*:.*$/gim, ""),
        /SECRET/,
      );
    });
  }

  it("leaves raw 8-bit names as they came, and adds nothing that needs more than ASCII", async () => {
    const to = "raw@plain.test";
    const name = Buffer.from(" Jürgen").toString("latin1");
    const fields = [
      { name: "From", value: `${name} <${from}>` },
      { name: "Subject", value: Buffer.from(" SECRET Grüße").toString("latin1") },
    ];
    await submit({ from, to: [to], data: compose(to, { fields, body: "ü SECRET\n" }) });
    const mail = await lab.recipients.mailTo(to);
    const others = headOf(mail).replace(/^From:.*$/m, "");
    assert.doesNotMatch(others, /[\u0080-\u00ff]|SECRET/);
    const parsed = await PostalMime.parse(mail.data);
    assert.deepEqual([parsed.from?.name, parsed.from?.address], ["Jürgen", from]);
    assert.match(parsed.subject ?? "", /^Vertrauliche Nachricht von Jürgen/);
  });

  it("reaches addresses in UTF-8, local part and domain, where they are taken", async () => {
    for (const [to, host] of [
      ["jürgen@utf8.test", "utf8.test"],
      ["erna@bücher.test", idn],
    ] as const) {
      const fields = [{ name: "Subject", value: Buffer.from(" SECRET ü").toString("latin1") }];
      const data = compose(to, { fields, body: "SECRET\n" });
      await submit({ from, to: [to], data, smtpUtf8: true });
      const { received } = lab.recipients.server(host);
      await lab.postfix.logged("mxseal-notify", `to=<${to}>`, "status=sent");
      const mail = received.at(-1);
      assert.ok(mail !== undefined && isNotification(mail), to);
      assert.doesNotMatch(mail.data.toString("latin1"), /SECRET/);
      const { text = "" } = await PostalMime.parse(mail.data);
      assert.ok(text.includes(`An: ${to}`), text);
    }
  });

  it("comes back to its sender where UTF-8 is not taken, since Postfix goes by the original", async () => {
    const to = "ascii@plain.test";
    const fields = [{ name: "Subject", value: Buffer.from(" SECRET ü").toString("latin1") }];
    const data = compose(to, { fields, body: "SECRET\n" });
    await submit({ from, to: [to], data, smtpUtf8: true });
    await lab.postfix.logged("mxseal-notify", `to=<${to}>`, "dsn=5.6.7", "status=bounced");
    assert.deepEqual(lab.recipients.server("plain.test").mailTo(to), []);
  });

  it("is not made of what a program sent: its sender hears of it, the recipient nothing", async () => {
    const to = "auto@plain.test";
    const fields = [
      { name: "Subject", value: " SECRET" },
      { name: "Auto-Submitted", value: " auto-generated" },
    ];
    await submit({ from, to: [to], data: compose(to, { fields, body: "SECRET\n" }) });
    await lab.postfix.logged(`to=<${to}>`, "status=bounced", "5.7.10");
    assert.deepEqual(lab.recipients.server("plain.test").mailTo(to), []);
  });

  it("is no delivery report: that is written anew from its status", async () => {
    const to = "report@plain.test";
    const type = ' multipart/report; report-type=delivery-status; boundary="SECRET"';
    const body =
      "--SECRET\nContent-Type: text/plain\n\nSECRET\n--SECRET\nContent-Type: message/delivery-status\n\n" +
      "Reporting-MTA: dns; mail.company.example\n\nFinal-Recipient: rfc822; gone@company.example\n" +
      "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; SECRET\n\n" +
      "--SECRET\nContent-Type: message/rfc822\n\nSubject: SECRET\n\nSECRET\n--SECRET--\n";
    const fields = [
      { name: "Subject", value: " Undelivered SECRET" },
      { name: "MIME-Version", value: " 1.0" },
      { name: "Content-Type", value: type },
    ];
    await submit({ from: "", to: [to], data: compose(to, { fields, body }) });
    const mail = await lab.recipients.mailTo(to);
    assert.doesNotMatch(mail.data.toString("latin1"), /SECRET/);
    assert.match(mail.data.toString("latin1"), /Final-Recipient: rfc822; gone@company\.example/);
  });
});
