import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { measurePicture, pictureUrl } from "../../src/portal/inline-picture.ts";
import { mutate, seededRandom } from "../support/random.ts";
import { samplePng } from "../support/sample-mail.ts";

function png(width: number, height: number): Buffer {
  const bytes = Buffer.from(samplePng);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

const gif = Buffer.from("R0lGODlhAgADAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const jpeg = Buffer.from(
  "ffd8ffe000104a46494600010100000100010000ffdb00040000ffc0001108000500040301220002110103110100",
  "hex",
);
const webp = Buffer.concat([
  Buffer.from("RIFF\x24\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00", "latin1"),
  Buffer.from("060000070000", "hex"),
]);
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');

describe("pictureUrl", () => {
  it("measures the four raster formats by their own headers", () => {
    assert.deepEqual(measurePicture(samplePng), { mimeType: "image/png", width: 1, height: 1 });
    assert.deepEqual(measurePicture(gif), { mimeType: "image/gif", width: 2, height: 3 });
    assert.deepEqual(measurePicture(jpeg), { mimeType: "image/jpeg", width: 4, height: 5 });
    assert.deepEqual(measurePicture(webp), { mimeType: "image/webp", width: 7, height: 8 });
  });

  it("gives the picture back as it is", () => {
    assert.equal(pictureUrl(samplePng), `data:image/png;base64,${samplePng.toString("base64")}`);
  });

  for (const [what, bytes] of [
    ["an SVG", svg],
    ["an HTML page", Buffer.from("<!doctype html><script>alert(1)</script>")],
    ["a picture of 20000 × 10 pixels", png(20_000, 10)],
    ["a picture of 9000 × 9000 pixels", png(9000, 9000)],
    ["a picture without height", png(10, 0)],
    ["nothing", Buffer.alloc(0)],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.equal(pictureUrl(bytes), undefined);
    });
  }

  it("survives damaged headers", () => {
    const random = seededRandom(3);
    for (let round = 0; round < 5000; round += 1) {
      const bytes = mutate(random.pick([samplePng, gif, jpeg, webp]), random);
      const url = pictureUrl(bytes);
      if (url !== undefined) assert.match(url, /^data:image\/(?:png|gif|jpeg|webp);base64,/);
    }
  });
});
