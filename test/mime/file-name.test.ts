import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cleanFileName } from "../../src/mime/file-name.ts";

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
