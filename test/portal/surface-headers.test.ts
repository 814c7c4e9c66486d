/** All headers of each surface of the portal, compared as a whole: one that is lost or new is seen. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import { type OpenReader, open } from "../support/portal-reader.ts";
import { htmlMail } from "../support/sample-mail.ts";

const powers = [
  "accelerometer",
  "autoplay",
  "camera",
  "display-capture",
  "encrypted-media",
  "fullscreen",
  "geolocation",
  "gyroscope",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "publickey-credentials-get",
  "screen-wake-lock",
  "serial",
  "usb",
  "web-share",
  "xr-spatial-tracking",
];
const everywhere = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": powers.map((power) => `${power}=()`).join(", "),
  "x-robots-tag": "noindex, nofollow",
  "strict-transport-security": "max-age=63072000",
};
const page = {
  ...everywhere,
  "content-security-policy":
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; " +
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
  "content-type": "text/html; charset=utf-8",
  vary: "accept-language",
};
const body = {
  ...everywhere,
  "content-security-policy":
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; " +
    "style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
  "x-frame-options": "SAMEORIGIN",
  "cache-control": "no-store",
  "content-type": "text/html; charset=utf-8",
};
const download = {
  ...everywhere,
  "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
  "content-type": "application/octet-stream",
};
const asset = {
  ...everywhere,
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-frame-options": "DENY",
  "cache-control": "public, max-age=600",
  "content-type": "text/css; charset=utf-8",
};
/** Different each time, or told by the server and not by us. */
const uncompared = new Set(["content-length", "date", "connection", "set-cookie"]);

function headersOf(answer: LightMyRequestResponse): Readonly<Record<string, unknown>> {
  const { "content-disposition": saved, ...headers } = answer.headers;
  if (saved !== undefined) assert.match(saved, /^attachment; /);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !uncompared.has(name)));
}

describe("the headers over https", () => {
  let bench: PortalBench;
  let reader: OpenReader;
  let paths: { readonly link: string; readonly manage: string };
  before(async () => {
    bench = await openBench({ baseUrl: "https://sicher.praxis.example" });
    const sample = await bench.seal(htmlMail("<p>Guten Tag</p>"));
    reader = await open(bench, sample);
    paths = { link: sample.path, manage: sample.managePath };
  });
  after(() => bench[Symbol.asyncDispose]());
  const get = (url: string) => bench.portal.app.inject(url);

  it("are these on a page, an opened message and an error", async () => {
    const answers = [
      await get("/"),
      await get(paths.link),
      await get(paths.manage),
      await get(`${paths.manage}/recall`),
      await reader.get(""),
      await get("/nothing-here"),
      await get("/%zz"),
    ];
    for (const answer of answers) assert.deepEqual(headersOf(answer), page);
    const refused = await bench.portal.app.inject({ method: "PUT", url: "/" });
    assert.deepEqual(headersOf(refused), { ...page, allow: "GET, HEAD" });
  });

  it("are these on the document in the frame", async () => {
    const answer = await reader.get("/body", { "sec-fetch-dest": "iframe" });
    assert.deepEqual(headersOf(answer), body);
  });

  it("are these on what is saved", async () => {
    for (const path of ["/eml", "/part/1"]) {
      const answer = await reader.get(path);
      assert.equal(answer.statusCode, 200);
      assert.match(String(answer.headers["content-disposition"]), /^attachment/);
      assert.deepEqual(headersOf(answer), download);
    }
  });

  it("are these on what is the same for everybody", async () => {
    assert.deepEqual(headersOf(await get("/style.css")), asset);
    const icon = headersOf(await get("/icon.svg"));
    assert.deepEqual(icon, { ...asset, "content-type": "image/svg+xml" });
  });
});
