/** A reader who has no code asks its sender for it; real store, real keys. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openBench, type PortalBench, type SealedSample } from "../support/portal-bench.ts";
import { attemptsLeft, get, heading, post, sendForm, wrongCode } from "../support/portal-reader.ts";
import { textMail } from "../support/sample-mail.ts";

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

  it("asks twenty times an hour from one network", async () => {
    await using own = await openBench({ trustedProxies: ["127.0.0.1"] });
    const sample = await own.seal(textMail());
    const askFrom = (client: string) =>
      own.portal.app.inject({
        method: "POST",
        url: `${sample.path}?view=no-code`,
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "x-forwarded-for": client,
        },
        payload: "sure=yes",
      });
    for (let count = 0; count < 20; count += 1) await askFrom("192.0.2.7");
    const refused = await askFrom("192.0.2.8");
    assert.deepEqual([refused.statusCode, heading(refused)], [429, "Please call the sender"]);
    assert.equal(heading(await askFrom("198.51.100.1")), "The sender has been told already");
    own.clock.advance(3_600_000);
    assert.equal(heading(await askFrom("192.0.2.7")), "The sender has been told already");
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
