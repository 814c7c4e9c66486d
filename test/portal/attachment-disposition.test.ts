import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cleanFileName } from "../../src/mime/file-name.ts";
import { attachmentDisposition } from "../../src/portal/attachment-disposition.ts";
import { seededRandom } from "../support/random.ts";

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
