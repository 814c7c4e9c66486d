import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseContentType } from "../../src/mime/content-type.ts";
import { parseDeliveryReport, rebuildDeliveryReport } from "../../src/mime/delivery-report.ts";
import { mutate, seededRandom } from "../support/random.ts";
import { applyEdits, readMail } from "./read-mail.ts";

const fields = [
  { name: "From", value: " MAILER-DAEMON@own.example (Mail Delivery System)" },
  { name: "Subject", value: " Undelivered: SECRET" },
  { name: "To", value: " erna@example.net" },
  {
    name: "Content-Type",
    value: ' multipart/report; report-type=delivery-status;\n\tboundary="B/mail"',
  },
];
const body = `This is a MIME-encapsulated message.

--B/mail
Content-Type: text/plain; charset=us-ascii

SECRET words

--B/mail
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.own.example
X-Postfix-Queue-ID: SECRET
Arrival-Date: Mon, 23 Nov 2026 18:19:00 +0100

Final-Recipient: rfc822; nobody@own.example
Original-Recipient: rfc822;SECRET@own.example
Action: failed
Status: 5.1.1
Diagnostic-Code: X-Postfix; SECRET

Final-Recipient: rfc822; later@own.example
Action: delayed (SECRET)
Status: 4.4.1 (SECRET)

--B/mail
Content-Type: message/rfc822

Subject: SECRET

SECRET
--B/mail--
`;
const parse = (text: string, type = fields[3]?.value ?? "") =>
  parseDeliveryReport([{ name: "Content-Type", value: type }], Buffer.from(text, "latin1"));
const expected = {
  reportingHost: "mail.own.example",
  recipients: [
    { finalRecipient: "nobody@own.example", action: "failed", status: "5.1.1" },
    { finalRecipient: "later@own.example", action: "delayed", status: "4.4.1" },
  ],
};

describe("delivery report", () => {
  it("is read down to recipients, actions and status codes, with either line end", () => {
    assert.deepEqual(parse(body), expected);
    assert.deepEqual(parse(body.replaceAll("\n", "\r\n")), expected);
  });

  it("is rebuilt as a report that says the same and nothing else", async () => {
    const report = parse(body);
    assert.ok(report);
    const { edits, body: rebuilt } = rebuildDeliveryReport(fields, report, "L");
    const rewritten = applyEdits(fields, edits);
    assert.ok(!(JSON.stringify(rewritten) + rebuilt.toString("latin1")).includes("SECRET"));
    assert.deepEqual(parseDeliveryReport(rewritten, rebuilt), expected);
    const mail = await readMail(rewritten, rebuilt);
    assert.match(mail.text ?? "", /nobody@own\.example: failed \(5\.1\.1\)/);
    assert.match(mail.text ?? "", /Zustellbericht/);
  });

  it("is not what has another type, no status part or an incomplete one", () => {
    for (const [name, text, type] of [
      ["a vacation notice", body, ' text/plain; boundary="B/mail"'],
      [
        "a read receipt",
        body,
        ' multipart/report; report-type=disposition-notification; boundary="B/mail"',
      ],
      ["no report-type", body, ' multipart/report; boundary="B/mail"'],
      ["another boundary", body, ' multipart/report; report-type=delivery-status; boundary="C"'],
      ["no boundary", body, " multipart/report; report-type=delivery-status"],
      ["no status part", body.replace("message/delivery-status", "text/plain"), undefined],
      ["no recipient", body.replace(/Final-Recipient[^]*?\n--B/, "--B"), undefined],
      ["an unknown action", body.replace("Action: failed", "Action: SECRET"), undefined],
      ["a status that is none", body.replace("Status: 5.1.1", "Status: SECRET"), undefined],
      [
        "a recipient that is none",
        body.replace("rfc822; nobody@own.example", "rfc822; SECRET words"),
        undefined,
      ],
      ["a part that never ends", body.slice(0, body.indexOf("Original-Recipient")), undefined],
      ["a status part beyond the limit", `${"x".repeat(300_000)}\n${body}`, undefined],
      ["nothing", "", undefined],
    ] as const) {
      assert.equal(parse(text, type), undefined, name);
    }
  });

  it("never yields more than its own vocabulary, whatever the body is", () => {
    const random = seededRandom(41);
    for (let count = 0; count < 3000; count += 1) {
      const report = parse(mutate(Buffer.from(body), random).toString("latin1"));
      for (const { finalRecipient, action, status } of report?.recipients ?? []) {
        assert.match(finalRecipient, /^[!-~]{3,320}$/);
        assert.match(action, /^(?:failed|delayed|delivered|relayed|expanded)$/);
        assert.match(status, /^[245]\.\d{1,3}\.\d{1,3}$/);
      }
    }
  });
});

describe("content type", () => {
  it("is read with its parameters", () => {
    const parsed = parseContentType(
      ' Multipart/Report;\n\tREPORT-type=x; boundary="a \\"b\\" c"; boundary=2;',
    );
    assert.equal(parsed?.type, "multipart/report");
    assert.deepEqual(
      [...(parsed?.parameters ?? [])],
      [
        ["report-type", "x"],
        ["boundary", 'a "b" c'],
      ],
    );
  });

  it("is nothing where the grammar ends", () => {
    for (const value of [
      "",
      "text",
      "text/",
      "text/plain; a",
      "text/plain; a=(c)",
      "text/plain x",
      `text/plain; a=${"x".repeat(1000)}`,
    ]) {
      assert.equal(parseContentType(value), undefined, value.slice(0, 50));
    }
  });

  it("answers any bytes in time", () => {
    const random = seededRandom(43);
    const seed = Buffer.from('multipart/report; report-type=delivery-status; boundary="B/mail"');
    for (let count = 0; count < 5000; count += 1) {
      const parsed = parseContentType(mutate(seed, random).toString("latin1"));
      if (parsed !== undefined) assert.match(parsed.type, /^[^\s;/]+\/[^\s;/]+$/);
    }
  });
});
