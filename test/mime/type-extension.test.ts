import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { extensionOf } from "../../src/mime/type-extension.ts";

describe("the ending of a part without a name", () => {
  for (const [type, ending] of [
    ["text/calendar", ".ics"],
    ["IMAGE/JPEG", ".jpg"],
    ["message/rfc822", ".eml"],
    ["message/delivery-status", ".txt"],
    ["text/rfc822-headers", ".txt"],
    ["application/pkcs7-signature", ".p7s"],
    ["application/x-msdownload", ""],
    ["application/octet-stream", ""],
    ["", ""],
  ] as const) {
    it(`is "${ending}" for "${type}"`, () => assert.equal(extensionOf(type), ending));
  }
});
