/** Messages that open with a code which was agreed before, and codes that change meanwhile. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drawCode } from "../../src/seal/code.ts";
import { parseLinkToken } from "../../src/seal/link-token.ts";
import { openBench, type PortalBench, type SealedSample } from "../support/portal-bench.ts";
import { textMail } from "../support/sample-mail.ts";

const original = textMail();
const form = (code: string) => ({
  method: "POST" as const,
  headers: { "content-type": "application/x-www-form-urlencoded" },
  payload: new URLSearchParams({ code }).toString(),
});

const post = (bench: PortalBench, { path }: SealedSample, code: string, language = "en") =>
  bench.portal.app.inject({ url: `${path}?lang=${language}`, ...form(code) });

async function wrongCodes(bench: PortalBench, { id }: SealedSample): Promise<number> {
  return (await bench.store.manage.findById(id))?.wrongCodesInAll ?? Number.NaN;
}

describe("a message for an agreed code", () => {
  for (const [language, text] of [
    ["de", /derselbe Code wie bei früheren Nachrichten/],
    ["en", /the same code as for earlier messages/],
  ] as const) {
    it(`says so and opens with it (${language})`, async () => {
      await using bench = await openBench();
      const sample = await bench.seal(original, { remembered: "drawn" });
      const page = await bench.portal.app.inject({ url: `${sample.path}?lang=${language}` });
      assert.match(page.body, text);
      const opened = await post(bench, sample, sample.code, language);
      assert.equal(opened.statusCode, 303);
    });
  }

  it("counts no mistyped one, and each other wrong one", async () => {
    await using bench = await openBench();
    const sample = await bench.seal(original, { remembered: "drawn" });
    const typo = sample.code.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    assert.equal((await post(bench, sample, typo)).statusCode, 400);
    assert.equal(await wrongCodes(bench, sample), 0);
    const wrong = await post(bench, sample, drawCode());
    assert.match(wrong.body, /the code that you have agreed with the sender/);
    assert.equal(await wrongCodes(bench, sample), 1);
  });

  it("takes a code of the sender's own making, typed as people type", async () => {
    await using bench = await openBench();
    const code = "Blaue Katze 4711";
    const sample = await bench.seal(original, { remembered: "own", code });
    const page = await bench.portal.app.inject({ url: sample.path });
    assert.match(page.body, /agreed with the sender|mit dem Absender vereinbart/);
    assert.doesNotMatch(page.body, /12 letters|12 Buchstaben/);
    assert.equal((await post(bench, sample, "blaue-katze 4711")).statusCode, 303);
  });

  it("counts nothing that is too short or too long to be one", async () => {
    await using bench = await openBench();
    const sample = await bench.seal(original, { remembered: "own", code: "Blaue Katze 4711" });
    for (const [input, text] of [
      ["", /Please enter the code/],
      ["test", /at least 10 characters/],
      ["x".repeat(65), /at most 64 characters/],
      ["x".repeat(1000), /at most 64 characters/],
    ] as const) {
      const answer = await post(bench, sample, input);
      assert.equal(answer.statusCode, 400);
      assert.match(answer.body, text);
    }
    assert.equal(await wrongCodes(bench, sample), 0);
    assert.equal((await post(bench, sample, "Rote Katze 4711")).statusCode, 403);
    assert.equal(await wrongCodes(bench, sample), 1);
  });
});

/** A renewal of the sender's between two steps of the portal's own work. */
async function renewed(bench: PortalBench, sample: SealedSample): Promise<string> {
  const url = `${sample.managePath}/renew?lang=en`;
  const page = await bench.portal.app.inject({ url });
  const version = /name="version" value="([0-9a-f]+)"/.exec(page.body)?.[1] ?? "";
  const answer = await bench.portal.app.inject({
    url,
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    payload: new URLSearchParams({ sure: "yes", version }).toString(),
  });
  const code = /<p class="secret"><bdi>([^<]+)</.exec(answer.body)?.[1];
  assert.ok(code, answer.body);
  return code;
}

describe("a code that its sender renews while somebody types the old one", () => {
  for (const step of ["countAttempt", "resetAttempts"] as const) {
    // The old row was used until the session stood: the old code opened the message after the
    // sender had made a new one, and cleared the new code's counts.
    it(`opens nothing, when the new one comes before ${step}`, async () => {
      let meanwhile: (() => Promise<void>) | undefined;
      await using bench = await openBench({}, (store) => {
        const inner = store[step].bind(store) as (...args: readonly unknown[]) => Promise<unknown>;
        return new Proxy(store, {
          get: (target, name) => {
            if (name !== step) {
              const value: unknown = Reflect.get(target, name, target);
              return typeof value === "function" ? value.bind(target) : value;
            }
            return async (...args: readonly unknown[]) => {
              const work = meanwhile;
              meanwhile = undefined;
              await work?.();
              return await inner(...args);
            };
          },
        });
      });
      const sample = await bench.seal(original);
      let fresh = "";
      meanwhile = async () => {
        fresh = await renewed(bench, sample);
      };
      const answer = await post(bench, sample, sample.code);
      assert.notEqual(answer.statusCode, 303);
      assert.equal(answer.headers["set-cookie"], undefined);
      assert.equal((await bench.store.manage.findById(sample.id))?.firstOpenedAt, null);
      assert.equal((await post(bench, sample, fresh)).statusCode, 303);
    });
  }

  it("shuts what is open with it also when the clock was set back", async () => {
    await using bench = await openBench();
    const sample = await bench.seal(original);
    const opened = await post(bench, sample, sample.code);
    const cookie = String(opened.headers["set-cookie"]).split(";")[0] ?? "";
    bench.clock.advance(-3_600_000);
    await renewed(bench, sample);
    bench.clock.advance(3_600_000);
    const url = `/v/${sample.id}?lang=en`;
    const page = await bench.portal.app.inject({ url, headers: { cookie } });
    assert.match(page.body, /The message was closed/);
    assert.ok(parseLinkToken(sample.token));
  });
});
