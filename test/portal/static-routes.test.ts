/** What everybody may fetch: about, security.txt, robots.txt, icon, logo, branding. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { BrandingOptions } from "../../src/portal/branding.ts";
import { openBench } from "../support/portal-bench.ts";
import { heading } from "../support/portal-reader.ts";
import { samplePng, textMail } from "../support/sample-mail.ts";

const svg = Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>');
const branding: BrandingOptions = {
  organisation: "Praxis Dr. Weber",
  accentColour: "#7a1f5c",
  logo: samplePng,
  help: {
    phone: "+49 (30) 1234-0",
    text: { de: "Montag bis Freitag, 8 bis 16 Uhr.", en: "Monday to Friday, 8 to 16 h." },
  },
  imprintUrl: "https://praxis.example/impressum",
  privacyUrl: "https://praxis.example/datenschutz",
  accessibilityUrl: "https://praxis.example/barrierefreiheit",
};

describe("the pages for everybody", () => {
  it("explain the system in three paragraphs, in both languages, one link away", async () => {
    await using bench = await openBench();
    const { path } = await bench.seal(textMail());
    const form = await bench.portal.app.inject(path);
    assert.match(form.body, /<a href="\/about\?lang=en">What is this\?<\/a>/);
    for (const [lang, title] of [
      ["de", "Was ist das hier?"],
      ["en", "What is this?"],
    ]) {
      const about = await bench.portal.app.inject(`/about?lang=${lang}`);
      assert.equal(about.statusCode, 200);
      assert.equal(heading(about), title);
      assert.equal(about.body.match(/<p>/g)?.length, 3);
    }
  });

  it("say where to report a weakness, for half a year from now", async () => {
    await using bench = await openBench({
      baseUrl: "https://sicher.praxis.example",
      securityContact: "security@praxis.example",
    });
    const file = await bench.portal.app.inject("/.well-known/security.txt");
    assert.equal(file.headers["content-type"], "text/plain; charset=utf-8");
    assert.equal(
      file.body,
      "Contact: mailto:security@praxis.example\nExpires: 2027-05-22T09:30:00Z\nPreferred-Languages: de, en\nCanonical: https://sicher.praxis.example/.well-known/security.txt\n",
    );
  });

  it("have no security.txt without a contact", async () => {
    await using bench = await openBench();
    assert.equal((await bench.portal.app.inject("/.well-known/security.txt")).statusCode, 404);
  });

  it("refuse a security contact that is none, or more than one line", async () => {
    for (const securityContact of [
      "ask us",
      "http://praxis.example",
      "javascript:x",
      "a@b.test\nPolicy: https://evil.test",
      "",
    ]) {
      await assert.rejects(openBench({ securityContact }), { code: "MXSEAL_CONFIG_INVALID" });
    }
  });

  it("keep robots out, and have an icon wherever a browser looks for one", async () => {
    await using bench = await openBench();
    const robots = await bench.portal.app.inject("/robots.txt");
    assert.equal(robots.body, "User-agent: *\nDisallow: /\n");
    for (const path of ["/icon.svg", "/favicon.ico"]) {
      const icon = await bench.portal.app.inject(path);
      assert.equal(icon.statusCode, 200);
      assert.equal(icon.headers["content-type"], "image/svg+xml");
      assert.match(icon.body, /^<svg .*fill="#0b5cab"/);
    }
  });
});

describe("the organisation's own look", () => {
  it("shows name, colour, logo, help and the pages the law asks for", async () => {
    await using bench = await openBench({ branding });
    const { path } = await bench.seal(textMail());
    const form = await bench.portal.app.inject(`${path}?lang=de`);
    assert.match(form.body, /<title>[^<]* – Praxis Dr\. Weber<\/title>/);
    assert.match(form.body, /<img class="logo" src="\/logo" alt="">/);
    assert.match(form.body, /<a class="phone" href="tel:\+49301234\d">\+49 \(30\) 1234-0<\/a>/);
    assert.match(form.body, /Montag bis Freitag/);
    assert.match(
      form.body,
      /href="https:\/\/praxis\.example\/impressum" rel="noopener noreferrer"/,
    );
    assert.match((await bench.portal.app.inject("/style.css")).body, /--accent:#7a1f5c;/);
    const logo = await bench.portal.app.inject("/logo");
    assert.equal(logo.headers["content-type"], "image/png");
    assert.deepEqual(logo.rawPayload, samplePng);
  });

  it("offers help where nothing opens", async () => {
    await using bench = await openBench({ branding });
    const page = await bench.portal.app.inject({
      url: `/m/${"A".repeat(43)}`,
      headers: { "accept-language": "en" },
    });
    assert.match(page.body, /Questions about this page\?.*Monday to Friday/s);
  });

  it("serves an SVG logo under a policy that lets nothing in it run", async () => {
    await using bench = await openBench({ branding: { ...branding, logo: svg } });
    const logo = await bench.portal.app.inject("/logo");
    assert.equal(logo.headers["content-type"], "image/svg+xml");
    assert.match(String(logo.headers["content-security-policy"]), /^default-src 'none'/);
  });

  const refused: readonly (readonly [what: string, change: Partial<BrandingOptions>])[] = [
    ["a pale colour", { accentColour: "#ffee88" }],
    ["a logo that is no picture", { logo: Buffer.from("<html><svg></svg></html>") }],
    ["a logo that is too large", { logo: Buffer.concat([samplePng, Buffer.alloc(600_000)]) }],
    ["a telephone number that is none", { help: { phone: "call javascript:x" } }],
    ["an address that is not https", { imprintUrl: "http://praxis.example" }],
    ["an address that is none", { accessibilityUrl: "praxis.example" }],
    ["an address that runs", { privacyUrl: "javascript:alert(1)" }],
  ];
  for (const [what, change] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(openBench({ branding: { ...branding, ...change } }), {
        code: "MXSEAL_CONFIG_INVALID",
      });
    });
  }
});
