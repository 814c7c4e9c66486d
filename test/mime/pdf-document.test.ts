/** PDFs that are still open, as other programs read them. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { type PdfFacts, readPdfContent } from "../../src/mime/pdf-content.ts";
import { buildPdf, type PdfFonts } from "../../src/mime/pdf-document.ts";
import { type OpenedPdf, openPdf } from "../support/pdf-tools.ts";
import { mutate, seededRandom } from "../support/random.ts";
import { htmlMail, samplePdf, textMail } from "../support/sample-mail.ts";

const fontDirectory = "/usr/share/fonts/truetype/dejavu";
const fonts: PdfFonts = {
  regular: await readFile(`${fontDirectory}/DejaVuSans.ttf`),
  bold: await readFile(`${fontDirectory}/DejaVuSans-Bold.ttf`),
};
const facts: PdfFacts = {
  id: "4F7K2Q9D",
  languages: ["de", "en"],
  sender: "dr.weber@praxis.example",
  recipient: "erika.muster@mail.example",
  sentAt: Date.UTC(2026, 10, 23, 9, 12),
  timeZone: "Europe/Berlin",
};

async function pdfOf(
  raw: Buffer,
  change: { readonly bare?: boolean; readonly fonts?: PdfFonts | undefined } = {},
): Promise<OpenedPdf> {
  const content = await readPdfContent(raw, facts, change.bare ?? false);
  const opened = await openPdf(await buildPdf(content, "fonts" in change ? change.fonts : fonts));
  assert.ok(opened);
  return opened;
}

function plain(text: string, head = ""): Buffer {
  const lines = [
    "From: a@own.example",
    "Subject: s",
    ...(head === "" ? [] : [head]),
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    "",
    text,
    "",
  ];
  return Buffer.from(lines.join("\n").replaceAll("\n", "\r\n"));
}

/** Every attachment with a name of its own, as a Content-Disposition of RFC 2231. */
function withFiles(names: readonly string[]): Buffer {
  const parts = names.map((name, index) =>
    [
      "--b",
      "Content-Type: application/pdf",
      `Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(name)}`,
      "Content-Transfer-Encoding: base64",
      "",
      Buffer.from(`file ${index}`).toString("base64"),
    ].join("\r\n"),
  );
  const head = 'From: a@own.example\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n';
  return Buffer.from(`${head}${parts.join("\r\n")}\r\n--b--\r\n`);
}

describe("a message as PDF", () => {
  it("gives a file without a name the ending of its type, so that it opens", async () => {
    const raw = Buffer.from("Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nx");
    const { files } = await readPdfContent(raw, facts, false);
    assert.deepEqual(
      files.map(({ name }) => name),
      ["original.eml", "file-1.eml"],
    );
  });

  it("says who, when and what, and holds the original and every file byte for byte", async () => {
    const raw = textMail();
    const { text, info, files } = await pdfOf(raw);
    for (const words of [
      "Dr. Anna Weber <dr.weber@praxis.example>",
      "Ihr Befund vom Montag – bitte lesen",
      "23. November 2026 um 10:12 MEZ",
      "die Werte vom Montag sind unauffällig",
      "4F7K2Q9D",
      "Befund Müller – Kopie.pdf (69 KB)",
    ]) {
      assert.ok(text.includes(words), words);
    }
    assert.deepEqual([...files.keys()].sort(), ["Befund Müller – Kopie.pdf", "original.eml"]);
    assert.ok(files.get("original.eml")?.equals(raw));
    assert.ok(files.get("Befund Müller – Kopie.pdf")?.equals(samplePdf));
    assert.match(info, /Title: +Vertrauliche Nachricht \/ Confidential message\n/);
    assert.match(info, /Tagged: +yes/);
    assert.match(info, /JavaScript: +no/);
  });

  it("shows the text of an HTML mail, never its markup", async () => {
    const { text, files } = await pdfOf(htmlMail("<p>only <b>here</b></p><script>x()</script>"));
    assert.ok(text.includes("die Werte vom Montag"));
    assert.ok(files.has("befund.pdf") && files.has("logo.png"));
    const html = "From: a@own.example\r\nContent-Type: text/html\r\n\r\n";
    const reduced = await pdfOf(Buffer.from(`${html}<p>one<p>two &amp; <script>x()</script>\r\n`));
    assert.match(reduced.text, /one\n[^]*two &/);
    assert.doesNotMatch(reduced.text, /script|x\(\)/);
  });

  it("shows Latin, Greek and Cyrillic, and says when a script is not shown well", async () => {
    const shown = await pdfOf(plain("Größe ñ ž Ελληνικά Привет €"));
    assert.ok(shown.text.includes("Größe ñ ž Ελληνικά Привет €"));
    assert.doesNotMatch(shown.text, /cannot be shown properly/);
    for (const foreign of ["漢字", "שלום", "مرحبا", "हिन्दी", "😀"]) {
      assert.match((await pdfOf(plain(foreign))).text, /cannot be shown properly/, foreign);
    }
  });

  it("speaks Western European without fonts, and says what it leaves out", async () => {
    const { text } = await pdfOf(plain("Größe „é“ €, Привет"), { fonts: undefined });
    assert.ok(text.includes("Größe „é“ €, ??????"), text);
    assert.match(text, /cannot be shown properly/);
    assert.doesNotMatch(
      (await pdfOf(plain("Größe"), { fonts: undefined })).text,
      /cannot be shown/,
    );
  });

  it("breaks lines and pages, and cuts what is endless with a word about it", async () => {
    const long = await pdfOf(plain(`start ${"x".repeat(20_000)} end\n\nnext`));
    assert.match(long.text, /end\n[^]*next/);
    const lines = await pdfOf(
      plain(Array.from({ length: 400 }, (_, at) => `line ${at}`).join("\n")),
    );
    assert.match(lines.text, /line 399\n/);
    assert.match(lines.info, /Pages: +(?:[6-9]|1\d)\n/);
    assert.doesNotMatch(lines.text, /cut short/);
    for (const text of ["word ".repeat(100_000), "a\n".repeat(10_000)]) {
      assert.match((await pdfOf(plain(text))).text, /cut short here/);
    }
  });

  it("takes any name of a file for a harmless one, and each for its own", async () => {
    const names = [
      "../../etc/passwd",
      "C:\\Windows\\cmd.exe",
      "report\u202efdp.exe",
      "a\u0000b\r\nc.txt",
      ") >> /JS (app.alert(1))",
      "original.eml",
      "ORIGINAL.EML",
      "same.txt",
      "same.txt",
      "same (2).txt",
      "",
      "漢字.pdf",
      `${"x".repeat(500)}.pdf`,
    ];
    const raw = withFiles(names);
    const { files, info } = await pdfOf(raw);
    assert.equal(files.size, names.length + 1);
    assert.ok(files.get("original.eml")?.equals(raw));
    assert.match(info, /JavaScript: +no/);
    const contents = [...files.values()].map((bytes) => bytes.toString("latin1"));
    for (const index of names.keys()) assert.ok(contents.includes(`file ${index}`), names[index]);
    for (const name of files.keys()) assert.doesNotMatch(name, /[\\/\p{Cc}\u202e]/u);
  });

  it("holds two hundred files, and of a thousand as many as it may", async () => {
    const named = (count: number) => Array.from({ length: count }, (_, at) => `f${at}.pdf`);
    const many = await pdfOf(withFiles(named(200)));
    assert.equal(many.files.size, 201);
    assert.ok(many.text.includes("f199.pdf (8 B)"));
    const raw = withFiles(named(1000));
    const most = await pdfOf(raw);
    assert.equal(most.files.size, 500);
    assert.ok(most.files.get("original.eml")?.equals(raw));
    assert.match(most.text, /501 more files/);
  });

  it("wraps a mail unread when it cannot be read, or is not to be", async () => {
    const deep = Buffer.from(
      Array.from(
        { length: 200 },
        (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
      ).join(""),
    );
    for (const [raw, bare] of [
      [deep, false],
      [Buffer.alloc(0), true],
      [textMail(), true],
    ] as const) {
      const { text, files } = await pdfOf(raw, { bare });
      assert.match(text, /could\s+not\s+be\s+shown\s+here/);
      assert.ok(text.includes("dr.weber@praxis.example") && text.includes("erika.muster@"));
      assert.deepEqual([...files.keys()], ["original.eml"]);
      assert.ok(files.get("original.eml")?.equals(raw));
    }
  });

  it("holds whatever bytes a broken mail has", async () => {
    const random = seededRandom(91);
    for (let round = 0; round < 25; round += 1) {
      const raw = mutate(random.pick([textMail(), htmlMail("<p>x</p>")]), random);
      const { files } = await pdfOf(raw);
      assert.ok(files.get("original.eml")?.equals(raw));
    }
    for (const raw of [Buffer.alloc(0), random.bytes(5000), Buffer.from("\r\n")]) {
      assert.ok((await pdfOf(raw)).files.get("original.eml")?.equals(raw));
    }
  });
});
