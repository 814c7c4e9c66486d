import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodePart } from "../../src/mime/part-bytes.ts";
import { type ReadableMessage, readMessage } from "../../src/mime/readable-message.ts";
import { mutate, seededRandom } from "../support/random.ts";
import { htmlMail, samplePdf, samplePng, textMail } from "../support/sample-mail.ts";

function mail(lines: readonly string[]): Buffer {
  return Buffer.from(lines.join("\r\n"));
}

function bytesOf(raw: Buffer, message: ReadableMessage | undefined): readonly Buffer[] {
  return message?.attachments.map(({ place }) => decodePart(raw, place)) ?? [];
}

describe("readMessage", () => {
  it("reads who, when, subject, text and attachments", async () => {
    const message = await readMessage(textMail());
    assert.deepEqual(message?.from, [
      { name: "Dr. Anna Weber", address: "dr.weber@praxis.example" },
    ]);
    assert.deepEqual(message?.to, [{ name: "Erika Muster", address: "erika.muster@mail.example" }]);
    assert.equal(message?.subject, "Ihr Befund vom Montag – bitte lesen");
    assert.equal(message?.sentAt, Date.UTC(2026, 10, 23, 9, 12));
    assert.match(message?.text ?? "", /^Guten Tag Frau Muster,\n\ndie Werte .* unauffällig/);
    assert.equal(message?.html, undefined);
    assert.equal(message?.attachments[0]?.name, "Befund Müller – Kopie.pdf");
    assert.deepEqual(bytesOf(textMail(), message), [samplePdf]);
    assert.equal(message?.attachments[0]?.sizeBytes, samplePdf.length);
  });

  it("reads HTML beside text, and the pictures that belong to it", async () => {
    const message = await readMessage(htmlMail("<p>Hallo</p>"));
    assert.equal(message?.html, "<p>Hallo</p>");
    assert.match(message?.text ?? "", /^Guten Tag/);
    const [picture] = message?.attachments ?? [];
    assert.equal(picture?.contentId, "logo@praxis");
    assert.deepEqual(picture?.picture, samplePng);
  });

  it("makes text of HTML that comes alone", async () => {
    const message = await readMessage(
      mail([
        "Content-Type: text/html; charset=utf-8",
        "",
        "<style>p{}</style><h1>Titel</h1><p>a &lt;b&gt;<br>c &amp;amp; d</p><table><tr><td>x</td><td>y</td></tr></table>",
      ]),
    );
    assert.equal(message?.text, "Titel\n\na <b>\nc &amp; d\n\nx\ty");
  });

  it("shows direction tricks and control characters in names", async () => {
    const message = await readMessage(
      mail(["From: =?utf-8?Q?Bank=E2=80=AE=07X?= <a@b.test>", "Subject: a\tb", "", "text"]),
    );
    assert.deepEqual(message?.from, [{ name: "Bank\ufffd X", address: "a@b.test" }]);
    assert.equal(message?.subject, "a b");
  });

  it("shows the text whose type is misspelled, as scripts do it", async () => {
    const types = ["text", "plain/text", "text/plain charset=utf-8", "text/plain, charset=utf-8"];
    for (const type of [...types, "charset=utf-8", "multipart/mixed", 'multipart/x; boundary=""']) {
      const message = await readMessage(mail([`Content-Type: ${type}`, "", "Grüße"]));
      assert.equal(message?.text, "Grüße", type);
      assert.deepEqual(message.attachments, [], type);
    }
    const html = mail(["Content-Type: text/html charset=iso-8859-15", "", "<p>\u00a4</p>"]);
    assert.equal((await readMessage(Buffer.from(html.toString(), "latin1")))?.html, "<p>€</p>");
  });

  it("finds parameters behind a blank, and boundaries without the blanks at their end", async () => {
    const file = ["Content-Type: a/b", "Content-Disposition: attachment filename=Mein Befund.pdf"];
    const bare = ["Content-Type: a/b", 'Content-Disposition: filename="b.pdf"'];
    const type = 'Content-Type: multipart/mixed boundary="b  "; charset=utf-8';
    const raw = mail([type, "", "--b", ...file, "", "x", "--b  ", ...bare, "", "y", "--b--"]);
    const message = await readMessage(raw);
    assert.deepEqual(
      message?.attachments.map(({ name }) => name),
      ["Mein Befund.pdf", "b.pdf"],
    );
  });

  it("tells comments from brackets in names that are not quoted", async () => {
    for (const [given, name] of [
      ["Invoice (1).pdf", "Invoice (1).pdf"],
      ["Invoice(1).pdf (copy) ; x=y", "Invoice(1).pdf"],
      ["(draft) a.pdf", "a.pdf"],
      ['(draft) "a.pdf"', "a.pdf"],
      ["a (b (c)", "a"],
    ]) {
      const message = await readMessage(mail([`Content-Type: a/b; name=${given}`, "", "x"]));
      assert.equal(message?.attachments[0]?.name, name);
    }
  });

  it("reads a parameter of brackets without end in time that grows with it", async () => {
    // Each of them was compared with a copy of all before it: these fields took three seconds.
    const type = `Content-Type: a/b; name=a${"(".repeat(60_000)}`;
    const part = ["--b", type, "", "x"];
    const parts = Array.from({ length: 16 }, () => part).flat();
    const head = ["Content-Type: multipart/mixed; boundary=b", ""];
    assert.equal((await readMessage(mail([...head, ...parts])))?.attachments.length, 16);
  });

  it("reads bytes of no named character set as UTF-8 where they are, else as Windows-1252", async () => {
    const lines = (type: string): string =>
      `From: Jörg “J” <a@b.test>\r\nSubject: Grüße\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${type}\r\n\r\nGrüße\r\n--b\r\nContent-Type: a/b; name="Müller.pdf"\r\n\r\nx`;
    const types = ["", "text/plain; charset=us-ascii", "text/plain; charset='unknown-8bit'"];
    for (const type of types.map((text) => `Content-Type: ${text}`)) {
      const utf8 = Buffer.from(lines(type));
      const windows = lines(type).replace("“", "\u0093").replace("”", "\u0094");
      for (const raw of [utf8, Buffer.from(windows, "latin1")]) {
        const message = await readMessage(raw);
        assert.deepEqual(message?.from, [{ name: "Jörg “J”", address: "a@b.test" }]);
        assert.equal(message.subject, "Grüße");
        assert.equal(message.text, "Grüße");
        assert.equal(message.attachments[0]?.name, "Müller.pdf");
      }
    }
  });

  it("makes text of HTML beside an empty text, which many programs send", async () => {
    const head = ["Content-Type: multipart/alternative; boundary=b", "", "--b", "", " \r\n", "--b"];
    const html = ["Content-Type: text/html", "", "<p>Guten Tag</p>", "--b--"];
    const message = await readMessage(mail([...head, ...html]));
    assert.equal(message?.text, "Guten Tag");
    assert.equal(message.html, "<p>Guten Tag</p>");
  });

  it("shows a text with a file's name and offers it as a file, only that when it is long", async () => {
    for (const [line, shown] of [
      ["17:00 auf\r\n", true],
      ["x".repeat(1_100_000), false],
    ] as const) {
      const letter = ["Content-Type: multipart/mixed; boundary=b", "", "--b", "", "Guten Tag"];
      const file = ["Content-Type: text/plain", "Content-Disposition: inline; filename=log.txt"];
      const raw = mail([...letter, "--b", ...file, "", line, "--b--"]);
      const message = await readMessage(raw);
      assert.equal(message?.text, shown ? `Guten Tag\n\n${line.trim()}` : "Guten Tag");
      assert.equal(message.textTooLong, false);
      assert.equal(message.attachments[0]?.name, "log.txt");
      assert.equal(message.attachments[0].picture, undefined);
      assert.deepEqual(bytesOf(raw, message), [Buffer.from(line)]);
    }
  });

  it("reads a mail of half a million lines in time and memory that grow with its bytes", async () => {
    // The parser before took two kilobytes for each of them, and 200,000 of them two seconds.
    const start = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n";
    for (const line of ["--c\r\n", "xx\r\n", "a \r\n", "\n", "--\n"]) {
      const message = await readMessage(Buffer.from(`${start}${line.repeat(500_000)}end`));
      assert.equal(message?.textTooLong, line.length > 1);
    }
  });

  it("reads a line of dashes and returns without end in time that grows with it", async () => {
    // It might have become a delimiter, so all of it was held and searched again with each piece.
    const start = Buffer.from("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n--");
    const returns = Buffer.alloc(64 * 1024, "\r");
    async function* original(): AsyncGenerator<Buffer> {
      yield start;
      for (let count = 0; count < 1_600; count += 1) yield returns;
    }
    assert.equal((await readMessage(original()))?.textTooLong, true);
  });

  it("gives up on a mail of more parts than anybody writes", async () => {
    const start = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    assert.equal(await readMessage(Buffer.from(start + "--b\r\n".repeat(5_001))), undefined);
    const most = await readMessage(Buffer.from(start + "--b\r\n\r\n".repeat(4_000)));
    assert.equal(most?.text, "");
  });

  it("measures a large attachment without keeping it", async () => {
    const head = "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    const lines = `${"A".repeat(76)}\r\n`.repeat(250_000);
    const message = await readMessage(Buffer.from(head + lines));
    assert.equal(message?.attachments[0]?.sizeBytes, 57 * 250_000);
    assert.equal(message?.attachments[0]?.picture, undefined);
  });

  it("keeps a forwarded mail as a file", async () => {
    const raw = mail([
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "--b",
      "",
      "siehe unten",
      "--b",
      "Content-Type: message/rfc822",
      "",
      "Subject: inner",
      "",
      "secret",
      "--b--",
      "",
    ]);
    const message = await readMessage(raw);
    assert.equal(message?.text, "siehe unten");
    assert.equal(message?.attachments[0]?.mimeType, "message/rfc822");
    assert.equal(String(bytesOf(raw, message)[0]), "Subject: inner\r\n\r\nsecret");
  });

  it("gives a forwarded mail that is named by its subject the ending of a mail", async () => {
    for (const [given, name] of [
      ["Re: Termin am 24.12", "Re: Termin am 24.12.eml"],
      ["Termin.eml", "Termin.eml"],
      ["Termin.MSG", "Termin.MSG"],
    ]) {
      const type = `Content-Type: message/rfc822; name="${given}"`;
      const message = await readMessage(mail([type, "", "Subject: inner", "", "x"]));
      assert.equal(message?.attachments[0]?.name, name);
    }
  });

  it("says that a text is too long instead of showing half of it", async () => {
    const message = await readMessage(mail(["", "x".repeat(1_000_001)]));
    assert.equal(message?.textTooLong, true);
    assert.equal(message?.text, "");
  });

  it("says so too when only HTML is there and it is too long", async () => {
    const message = await readMessage(
      mail(["Content-Type: text/html", "", `<p>${"x ".repeat(1_000_001)}</p>`]),
    );
    assert.equal(message?.textTooLong, true);
    assert.equal(message?.html, undefined);
  });

  it("shows no HTML of elements without end, whether these begin, only end or are none", async () => {
    const markups = ["<div>".repeat(40_001), "</p>".repeat(40_001), "</BR>".repeat(40_001)];
    for (const markup of [...markups, "<".repeat(200_001)]) {
      const message = await readMessage(mail(["Content-Type: text/html", "", markup]));
      assert.equal(message?.html, undefined);
      assert.equal(message?.textTooLong, true);
    }
  });

  it("gives up on a mail that is nested without end", async () => {
    const lines = Array.from({ length: 60 }, (_, depth) => [
      `Content-Type: multipart/mixed; boundary=b${depth}`,
      "",
      `--b${depth}`,
    ]).flat();
    assert.equal(await readMessage(mail([...lines, "", "deep"])), undefined);
  });

  it("reads a text of empty lines in time that grows with it", async () => {
    // The lines at the end were searched for anew at each line: a mail of 130 kB took seconds, the
    // largest one that is shown would have taken longer than this file may.
    const text = Buffer.from(`${"\n".repeat(999_990)}x\n\n`).toString("base64");
    const body = text.replace(/.{76}/g, "$&\r\n");
    const head = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"];
    const message = await readMessage(mail([...head, "", body]));
    assert.equal(message?.text.length, 999_991);
    assert.ok(message.text.endsWith("\nx"));
  });

  it("reads or gives up on damaged mails, and never fails otherwise", async () => {
    const random = seededRandom(23);
    const mails = [textMail().subarray(0, 3000), htmlMail("<p>x</p>").subarray(0, 3000)];
    for (let round = 0; round < 500; round += 1) {
      const message = await readMessage(mutate(random.pick(mails), random));
      if (message !== undefined) assert.equal(typeof message.text, "string");
    }
  });
});
