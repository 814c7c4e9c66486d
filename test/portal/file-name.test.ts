import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { attachmentDisposition, cleanFileName } from "../../src/portal/file-name.ts";
import { seededRandom } from "../support/random.ts";

const cases: readonly (readonly [name: string, cleaned: string])[] = [
  ["Befund.pdf", "Befund.pdf"],
  ["Befund Müller – Kopie.pdf", "Befund Müller – Kopie.pdf"],
  ["../../etc/passwd", "_.._etc_passwd"],
  ["C:\\Windows\\cmd.exe", "C__Windows_cmd.exe"],
  ["report\u202efdp.exe", "report_fdp.exe"],
  ["a\r\nSet-Cookie: x", "a Set-Cookie_ x"],
  ["a\u0000b.txt", "a b.txt"],
  [".htaccess", "htaccess"],
  ["CON", "_CON"],
  ["nul.txt", "_nul.txt"],
  ["...", "fallback"],
  ["", "fallback"],
  ["a".repeat(300) + ".pdf", `${"a".repeat(116)}.pdf`],
  ["Mu\u0308ller.pdf", "Müller.pdf"],
];

describe("cleanFileName", () => {
  for (const [name, cleaned] of cases) {
    it(`makes ${JSON.stringify(cleaned.slice(0, 40))} of ${JSON.stringify(name.slice(0, 40))}`, () => {
      assert.equal(cleanFileName(name, "fallback"), cleaned);
    });
  }
});

describe("attachmentDisposition", () => {
  it("says the name twice, for old and for new browsers", () => {
    assert.equal(
      attachmentDisposition("Größe (1)'s 50%.pdf"),
      "attachment; filename=\"Gr__e (1)'s 50_.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%281%29%27s%2050%25.pdf",
    );
  });

  it("is one header line of plain ASCII without path for any name", () => {
    const random = seededRandom(11);
    for (let round = 0; round < 2000; round += 1) {
      const bytes = random.bytes(random.below(80));
      const name = bytes.toString(random.pick(["utf8", "utf16le", "latin1"] as const));
      const value = attachmentDisposition(cleanFileName(name, "fallback"));
      assert.match(value, /^attachment; filename="[^"\\/\r\n]+"; filename\*=UTF-8''[\w.!~%-]+$/);
    }
  });
});
