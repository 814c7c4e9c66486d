/** The form and the code, as a browser meets them; real store, real keys. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  openBench,
  type PortalBench,
  type SealedSample,
  sampleRecipient,
  sampleSender,
} from "../support/portal-bench.ts";
import {
  attemptsLeft,
  formType,
  heading,
  open,
  post,
  wrongCode,
} from "../support/portal-reader.ts";
import { textMail } from "../support/sample-mail.ts";

describe("the form for the code", () => {
  let bench: PortalBench;
  let sample: SealedSample;
  before(async () => {
    bench = await openBench();
    sample = await bench.seal(textMail());
  });
  after(() => bench[Symbol.asyncDispose]());

  it("says who wrote, to whom and until when, and nothing of the message", async () => {
    const page = await bench.portal.app.inject(sample.path);
    assert.equal(page.statusCode, 200);
    assert.match(page.body, new RegExp(sampleSender));
    assert.match(page.body, new RegExp(sampleRecipient));
    assert.match(page.body, /23 December 2026 at 10:30 CET/);
    assert.doesNotMatch(page.body, /Befund|unauff/);
  });

  it("sets no cookie and does not repeat the link", async () => {
    const page = await bench.portal.app.inject(sample.path);
    assert.equal(page.headers["set-cookie"], undefined);
    assert.equal(page.body.includes(sample.token), false);
  });

  it("is in the browser's language, or in the one the link names", async () => {
    const german = await bench.portal.app.inject({
      url: sample.path,
      headers: { "accept-language": "de-DE,de;q=0.9" },
    });
    assert.match(german.body, /<html lang="de">/);
    const english = await bench.portal.app.inject({
      url: `${sample.path}?lang=en`,
      headers: { "accept-language": "de" },
    });
    assert.match(english.body, /<html lang="en">/);
  });

  it("counts nothing however often it is looked at", async () => {
    for (let round = 0; round < 30; round += 1) {
      for (const method of ["GET", "HEAD"] as const) {
        const page = await bench.portal.app.inject({ method, url: sample.path });
        assert.equal(page.statusCode, 200);
      }
    }
    const wrong = await post(bench, sample, wrongCode, { remoteAddress: "203.0.113.1" });
    assert.equal(attemptsLeft(wrong), "You have 4 tries left");
  });

  it("has the same headers on every page", async () => {
    for (const url of [sample.path, "/", "/nowhere", `/m/${"A".repeat(43)}`, "/%zz", "/v/x"]) {
      const { headers } = await bench.portal.app.inject(url);
      assert.match(String(headers["content-security-policy"]), /^default-src 'none'; style-src/);
      assert.match(String(headers["content-security-policy"]), /frame-ancestors 'none'/);
      assert.equal(headers["cache-control"], "no-store", url);
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.match(String(headers["x-robots-tag"]), /noindex/);
      assert.equal(headers["strict-transport-security"], undefined);
    }
  });
});

describe("a code that does not open", () => {
  let bench: PortalBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench[Symbol.asyncDispose]());

  const typos: readonly (readonly [code: string, text: RegExp])[] = [
    ["", /Please enter the code/],
    ["   ", /Please enter the code/],
    ["7KQ2-M4XD", /has 12 characters/],
    ["0000-0000-0000-0000", /has 12 characters/],
    ["UUUU-0000-0000", /never the letter U/],
    ["0000-0000-0001", /typing mistake/],
    ["<script>alert(1)</script>", /only letters and digits/],
  ];

  it("costs no try when it is only mistyped, and is not shown again", async () => {
    const sample = await bench.seal(textMail());
    for (const [code, text] of typos) {
      const page = await post(bench, sample, code);
      assert.equal(page.statusCode, 400, code);
      assert.match(page.body, text);
      assert.match(page.body, /did not count as a try/);
      assert.match(page.body, /<title>Error: /);
      assert.match(page.body, /aria-invalid="true"/);
      assert.doesNotMatch(page.body, /value=|<script/);
    }
    assert.equal(attemptsLeft(await post(bench, sample, wrongCode)), "You have 4 tries left");
  });

  it("costs no try when the form was sent without a code", async () => {
    const sample = await bench.seal(textMail());
    for (const payload of ["", "code=a&code=b", "kode=x", "code[x]=y", "__proto__=x&code"]) {
      const page = await bench.portal.app.inject({
        method: "POST",
        url: sample.path,
        headers: formType,
        payload,
      });
      assert.equal(page.statusCode, 400);
      assert.match(page.body, /Please enter the code/);
    }
  });

  it("says how many tries are left, then pauses this network alone", async () => {
    const sample = await bench.seal(textMail());
    for (const left of ["4 tries", "3 tries", "2 tries", "1 try"]) {
      const wrong = await post(bench, sample, wrongCode);
      assert.equal(wrong.statusCode, 403);
      assert.equal(attemptsLeft(wrong), `You have ${left} left`);
    }
    const paused = await post(bench, sample, wrongCode);
    assert.equal(paused.statusCode, 429);
    assert.equal(heading(paused), "Please take a short break");
    assert.match(paused.body, /try again at 11:00 CET/);
    assert.equal(paused.headers["retry-after"], "1800");
    const neighbour = await post(bench, sample, sample.code, { remoteAddress: "198.51.100.200" });
    assert.equal(neighbour.statusCode, 429, "the right code of a paused network waits too");
    const elsewhere = await post(bench, sample, sample.code, { remoteAddress: "203.0.113.9" });
    assert.equal(elsewhere.statusCode, 303);
  });

  it("is believed again after the pause", async () => {
    const sample = await bench.seal(textMail());
    for (let round = 0; round < 5; round += 1) await post(bench, sample, wrongCode);
    assert.equal((await post(bench, sample, sample.code)).statusCode, 429);
    bench.clock.advance(30 * 60_000);
    assert.equal((await post(bench, sample, sample.code)).statusCode, 303);
  });

  it("locks the message at the twentieth, for the right code too, and destroys nothing", async () => {
    const sample = await bench.seal(textMail());
    for (let round = 0; round < 19; round += 1) {
      await post(bench, sample, wrongCode, { remoteAddress: `203.0.${round}.1` });
    }
    const last = await post(bench, sample, wrongCode, { remoteAddress: "203.0.99.1" });
    assert.equal(heading(last), "This message is locked");
    assert.match(last.body, new RegExp(sampleSender));
    const right = await post(bench, sample, sample.code, { remoteAddress: "192.0.2.1" });
    assert.equal(right.statusCode, 403);
    assert.equal(heading(right), "This message is locked");
    assert.equal(heading(await bench.portal.app.inject(sample.path)), "This message is locked");
    assert.match(right.body, /until 24 November 2026 at 11:00 CET/);
    bench.clock.advance(24 * 3_600_000);
    const nextDay = await post(bench, sample, sample.code, { remoteAddress: "192.0.2.1" });
    assert.equal(nextDay.statusCode, 303);
  });

  it("cannot be tried in parallel more often than in turn", async () => {
    const sample = await bench.seal(textMail());
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(bench, sample, wrongCode)),
    );
    assert.equal(answers.filter((answer) => answer.statusCode === 403).length, 4);
    assert.equal(answers.filter((answer) => answer.statusCode === 429).length, 16);
  });

  it("is forgotten when the right one follows", async () => {
    const sample = await bench.seal(textMail());
    for (let round = 0; round < 4; round += 1) await post(bench, sample, wrongCode);
    await open(bench, sample);
    assert.equal(attemptsLeft(await post(bench, sample, wrongCode)), "You have 4 tries left");
  });

  it("of another message does not open this one", async () => {
    const [mine, other] = [await bench.seal(textMail()), await bench.seal(textMail())];
    assert.equal((await post(bench, mine, other.code)).statusCode, 403);
  });
});

describe("a link that leads to nothing", () => {
  let bench: PortalBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench[Symbol.asyncDispose]());

  it("explains itself when it is unknown, cut or garbled", async () => {
    const sample = await bench.seal(textMail());
    const cut = sample.path.slice(0, -5);
    for (const url of [
      `/m/${"A".repeat(43)}`,
      cut,
      "/m/x",
      `${sample.path}=3D`,
      `/m/${"a".repeat(5000)}`,
    ]) {
      const page = await bench.portal.app.inject(url);
      assert.equal(page.statusCode, 404, url);
      assert.equal(heading(page), "There is no message at this link");
    }
  });

  it("says when its message expired, to GET and POST and to an open session", async () => {
    const sample = await bench.seal(textMail(), { expiresAt: bench.clock.now() + 60_000 });
    const reader = await open(bench, sample);
    bench.clock.advance(60_000);
    const pages = [
      await bench.portal.app.inject(sample.path),
      await post(bench, sample, sample.code),
      await reader.get(""),
      await reader.get("/eml"),
    ];
    for (const page of pages) {
      assert.equal(page.statusCode, 410);
      assert.equal(heading(page), "This message is no longer available");
    }
  });
});
