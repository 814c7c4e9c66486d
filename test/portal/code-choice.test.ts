/** What a sender's new code opens: one message, later ones too, or a code of the sender's own. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codeOwnerOf } from "../../src/base/code-owner.ts";
import {
  openBench,
  type PortalBench,
  type SealedSample,
  sampleRecipient,
  sampleSender,
} from "../support/portal-bench.ts";
import { textMail } from "../support/sample-mail.ts";

const headers = { "content-type": "application/x-www-form-urlencoded" };
const owner = codeOwnerOf(sampleSender, sampleRecipient);

function current(bench: PortalBench) {
  assert.ok(owner);
  return bench.store.remembered.current(owner);
}

async function send(
  bench: PortalBench,
  sample: SealedSample,
  action: string,
  fields: Readonly<Record<string, string>>,
) {
  const url = `${sample.managePath}/${action}?lang=en`;
  const page = await bench.portal.app.inject({ url });
  const version = /name="version" value="([0-9a-f]+)"/.exec(page.body)?.[1] ?? "";
  const payload = new URLSearchParams({ sure: "yes", version, ...fields }).toString();
  return await bench.portal.app.inject({ url, method: "POST", headers, payload });
}

async function opensWith(bench: PortalBench, { path }: SealedSample, code: string) {
  const payload = new URLSearchParams({ code }).toString();
  const answer = await bench.portal.app.inject({ url: path, method: "POST", headers, payload });
  return answer.statusCode === 303;
}

describe("a new code on the sender's page", () => {
  it("opens this message alone, unless something else is chosen", async () => {
    await using bench = await openBench();
    const sample = await bench.seal(textMail());
    const answer = await send(bench, sample, "renew", {});
    const code = /<p class="secret"><bdi>([^<]+)</.exec(answer.body)?.[1] ?? "";
    assert.doesNotMatch(answer.body, /later messages/);
    assert.equal(await current(bench), undefined);
    assert.ok(await opensWith(bench, sample, code));
  });

  it("opens all later messages as well, where that was chosen", async () => {
    await using bench = await openBench();
    const sample = await bench.seal(textMail());
    const answer = await send(bench, sample, "renew", { opens: "remembered" });
    assert.match(answer.body, /all later messages from your organisation/);
    const code = /<p class="secret"><bdi>([^<]+)</.exec(answer.body)?.[1] ?? "";
    assert.equal((await current(bench))?.form, "drawn");
    assert.ok(await opensWith(bench, sample, code));
    const overview = await bench.portal.app.inject({ url: `${sample.managePath}?lang=en` });
    assert.match(overview.body, /the agreed one, made on .* by dr\.weber@praxis\.example/);
    assert.match(overview.body, /Forget the agreed code/);
  });

  it("is the sender's own, and is neither shown nor logged", async () => {
    await using bench = await openBench();
    const sample = await bench.seal(textMail());
    const own = "Blaue Katze 4711";
    const answer = await send(bench, sample, "renew", { opens: "own", own });
    assert.equal(answer.statusCode, 200, answer.body);
    assert.match(answer.body, /Your own code is in force/);
    assert.doesNotMatch(answer.body, /Katze|secret/);
    assert.ok(!JSON.stringify(bench.log.lines).includes("Katze"));
    assert.equal(await opensWith(bench, sample, sample.code), false);
    assert.ok(await opensWith(bench, sample, "blaue katze-4711"));
    assert.equal((await current(bench))?.form, "own");
  });

  for (const [fields, text] of [
    [{ opens: "own", own: "" }, /at least 10 characters/],
    [{ opens: "own", own: "kurz" }, /at least 10 characters/],
    [{ opens: "own", own: "a".repeat(80) }, /at most 64 characters/],
    [{ opens: "own", own: "9876543210" }, /too easily guessed/],
    [{ opens: "own", own: "Muster 471147" }, /part of your address or the recipient/],
    [{ opens: "message", own: "Blaue Katze 4711" }, /choose what the new code/],
    [{ own: "Blaue Katze 4711" }, /choose what the new code/],
  ] as const) {
    it(`changes nothing for ${JSON.stringify(fields).slice(0, 60)}`, async () => {
      await using bench = await openBench();
      const sample = await bench.seal(textMail());
      const answer = await send(bench, sample, "renew", fields);
      assert.equal(answer.statusCode, 400);
      assert.match(answer.body, text);
      assert.match(answer.body, /aria-describedby="own-error own-hint" aria-invalid="true"/);
      if (fields.own.length > 0) assert.ok(!answer.body.includes(fields.own), "it is a secret");
      assert.equal(await current(bench), undefined);
      assert.ok(await opensWith(bench, sample, sample.code));
    });
  }

  it("is forgotten for later messages, when that was confirmed", async () => {
    await using bench = await openBench();
    const sample = await bench.seal(textMail(), { remembered: "drawn" });
    assert.equal((await send(bench, sample, "forget", { sure: "" })).statusCode, 400);
    assert.ok(await current(bench));
    const done = await send(bench, sample, "forget", {});
    assert.equal(done.statusCode, 303);
    assert.equal(await current(bench), undefined);
    const overview = await bench.portal.app.inject({ url: String(done.headers.location) });
    assert.match(overview.body, /The agreed code is forgotten/);
    assert.doesNotMatch(overview.body, /Forget the agreed code/);
    assert.ok(await opensWith(bench, sample, sample.code), "what it opened it still opens");
  });

  it("is not given up by the page of a message that is over", async () => {
    for (const end of [
      ({ store, clock }: PortalBench, id: string) => store.manage.recall(id, clock.now()),
      async ({ clock }: PortalBench) => clock.advance(40 * 86_400_000),
    ]) {
      await using bench = await openBench();
      const sample = await bench.seal(textMail(), { remembered: "drawn" });
      const jobs = await bench.store.codeJobs.ripe({ quietSince: 1e15, overdueSince: 1e15 }, 10);
      await bench.store.codeJobs.complete(jobs.map(({ id }) => id));
      await end(bench, sample.id);
      assert.equal((await send(bench, sample, "forget", {})).statusCode, 410);
      assert.ok(await current(bench));
    }
  });
});
