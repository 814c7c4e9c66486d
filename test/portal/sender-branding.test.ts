/** Whose looks a page has: those of the domain that sent the message. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { parseDomain } from "../../src/base/domain.ts";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import { open } from "../support/portal-reader.ts";
import { samplePng, textMail } from "../support/sample-mail.ts";

const ours = parseDomain("praxis.example");
const other = parseDomain("brand.example");
assert.ok(ours !== undefined && other !== undefined);

describe("a portal for several domains", () => {
  let bench: PortalBench;
  before(async () => {
    bench = await openBench({
      branding: { organisation: "Usual" },
      senderBrandings: [
        { domains: [other], branding: { organisation: "Brand" } },
        {
          domains: [ours],
          branding: {
            organisation: "Praxis",
            accentColour: "#7a1f5c",
            logo: samplePng,
            help: { phone: "+49 30 1234-0" },
          },
        },
      ],
    });
  });
  after(() => bench[Symbol.asyncDispose]());
  const get = (url: string) => bench.portal.app.inject(url);

  it("shows the sender's name, style and logo on every page for a message", async () => {
    const sample = await bench.seal(textMail());
    const reader = await open(bench, sample);
    const pages = [
      await get(sample.path),
      await get(`${sample.path}?view=no-code`),
      await get(sample.managePath),
      await get(`${sample.managePath}/recall`),
      await reader.get(""),
    ];
    for (const page of pages) {
      assert.equal(page.statusCode, 200);
      assert.match(page.body, /<span>Praxis<\/span>/);
      assert.match(page.body, /href="\/look\/2\/style\.css"/);
      assert.match(page.body, /src="\/look\/2\/logo"/);
    }
    assert.match(pages[0]?.body ?? "", /tel:\+493012340/);
  });

  it("shows them also when the message has expired", async () => {
    const sample = await bench.seal(textMail(), { expiresAt: bench.clock.now() });
    const page = await get(sample.path);
    assert.equal(page.statusCode, 410);
    assert.match(page.body, /<span>Praxis<\/span>/);
  });

  it("serves them like every other style and picture", async () => {
    const [usual, style, logo] = [
      await get("/style.css"),
      await get("/look/2/style.css"),
      await get("/look/2/logo"),
    ];
    assert.match(style.body, /--accent:#7a1f5c/);
    assert.doesNotMatch(usual.body, /#7a1f5c/);
    assert.equal(logo.headers["content-type"], "image/png");
    for (const asset of [style, logo]) {
      assert.equal(asset.headers["cache-control"], usual.headers["cache-control"]);
    }
    assert.equal((await get("/look/3/style.css")).statusCode, 404);
  });

  it("looks as usual where no message is known", async () => {
    for (const path of ["/", `/m/${"A".repeat(43)}`, `/s/${"A".repeat(43)}`]) {
      const page = await get(path);
      assert.match(page.body, /<span>Usual<\/span>/);
      assert.match(page.body, /href="\/style\.css"/);
    }
  });
});
