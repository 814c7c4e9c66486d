/** A reader who has no code asks its sender for it; real store, real keys. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { drawCode } from "../../src/seal/code.ts";
import { prepareCode } from "../../src/seal/message-key.ts";
import { afterLookup } from "../support/changed-store.ts";
import { openBench, type PortalBench, type SealedSample } from "../support/portal-bench.ts";
import {
  attemptsLeft,
  formType,
  get,
  heading,
  post,
  sendForm,
  wrongCode,
} from "../support/portal-reader.ts";
import { textMail } from "../support/sample-mail.ts";

function askFrom(
  bench: PortalBench,
  client: string,
  { path }: SealedSample,
): Promise<LightMyRequestResponse> {
  return bench.portal.app.inject({
    method: "POST",
    url: `${path}?view=no-code`,
    headers: { ...formType, "x-forwarded-for": client },
    payload: "sure=yes",
  });
}

describe("a reader without a code", () => {
  let bench: PortalBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench[Symbol.asyncDispose]());
  const alarmsAt = async (sample: SealedSample) =>
    (await bench.store.alarms.due(bench.clock.now(), 100)).filter(
      ({ message }) => message.id === sample.id,
    );

  it("asks the sender for it, twice a day at most", async () => {
    const sample = await bench.seal(textMail());
    const form = await get(bench, sample.path);
    const address = /href="(\?view=no-code[^"]*)"/.exec(form.body)?.[1] ?? "";
    const url = `${sample.path}${address.replaceAll("&amp;", "&")}`;
    assert.equal(heading(await get(bench, url)), "Ask the sender for the code?");
    const titles: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      titles.push(heading(await sendForm(bench, url, { sure: "yes" })));
    }
    assert.deepEqual(titles, [
      "The sender will be told",
      "The sender will be told",
      "The sender has been told already",
    ]);
    const [alarm, ...more] = await alarmsAt(sample);
    assert.equal(alarm?.kind, "no-code");
    assert.deepEqual(more, []);
  });

  it("tells twenty times an hour from one network, and counts nothing else", async () => {
    await using own = await openBench({ trustedProxies: ["127.0.0.1"] });
    const prepared = await prepareCode(drawCode(), own.keys.pepper);
    const samples = await Promise.all(
      Array.from({ length: 10 }, () => own.seal(textMail(), { prepared })),
    );
    const [first] = samples;
    assert.ok(first !== undefined);
    for (const sample of samples) {
      // The third time the sender is not told.
      for (let count = 0; count < 3; count += 1) await askFrom(own, "192.0.2.7", sample);
    }
    const refused = await askFrom(own, "192.0.2.8", first);
    assert.deepEqual([refused.statusCode, heading(refused)], [429, "Please ask again in an hour"]);
    assert.equal(
      heading(await askFrom(own, "198.51.100.1", first)),
      "The sender has been told already",
    );
    const another = await own.seal(textMail(), { prepared });
    assert.equal(heading(await askFrom(own, "198.51.100.1", another)), "Please call the sender");
    own.clock.advance(3_600_000);
    assert.equal(
      heading(await askFrom(own, "192.0.2.7", first)),
      "The sender has been told already",
    );
  });

  // Each is a write to the store that all share, and counted for nothing it had no end.
  it("is heard a hundred times an hour from one network, also where nobody is told", async () => {
    await using own = await openBench({ trustedProxies: ["127.0.0.1"] });
    const sample = await own.seal(textMail());
    for (let count = 0; count < 100; count += 1) await askFrom(own, "192.0.2.7", sample);
    assert.equal(heading(await askFrom(own, "192.0.2.7", sample)), "Please ask again in an hour");
    assert.equal(
      heading(await askFrom(own, "198.51.100.1", sample)),
      "The sender has been told already",
    );
  });

  it("promises nothing when the message is gone meanwhile", async () => {
    let meanwhile = (): Promise<unknown> => Promise.resolve();
    await using own = await openBench(
      {},
      afterLookup(() => meanwhile()),
    );
    const sample = await own.seal(textMail());
    meanwhile = () => own.store.manage.purge(sample.id);
    const url = `${sample.path}?view=no-code`;
    const gone = await sendForm(own, url, { sure: "yes" });
    assert.deepEqual([gone.statusCode, heading(gone)], [404, "There is no message at this link"]);
  });

  it("bothers nobody by looking, nor by sending the form as it is", async () => {
    const sample = await bench.seal(textMail());
    const url = `${sample.path}?view=no-code`;
    await bench.portal.app.inject({ method: "HEAD", url });
    for (const fields of [{}, { code: sample.code }, { sure: "" }]) {
      assert.equal((await sendForm(bench, url, fields)).statusCode, 400);
    }
    assert.deepEqual(await alarmsAt(sample), []);
    assert.equal(attemptsLeft(await post(bench, sample, wrongCode)), "You have 4 tries left");
  });

  it("is told when there is nothing to ask for", async () => {
    const sample = await bench.seal(textMail());
    await bench.store.manage.recall(sample.id, bench.clock.now());
    const url = `${sample.path}?view=no-code`;
    assert.equal(
      heading(await sendForm(bench, url, { sure: "yes" })),
      "This message was taken back",
    );
  });
});
