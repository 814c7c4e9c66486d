/** A new code by SMS, asked for on the sender's page; real store, real keys. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { readNumber } from "../../src/portal/manage-sms.ts";
import { openSms, smsKeyOf } from "../../src/seal/sms-content.ts";
import { openBench, type PortalBench, type SealedSample } from "../support/portal-bench.ts";
import { formType, heading, open } from "../support/portal-reader.ts";
import { rowsOf } from "../support/portal-rows.ts";
import { mutate, seededRandom } from "../support/random.ts";
import { textMail } from "../support/sample-mail.ts";

const smsCountries = ["+49", "+43"];

interface Asking {
  readonly bench: PortalBench;
  readonly sample: SealedSample;
  get(): Promise<LightMyRequestResponse>;
  send(fields: Readonly<Record<string, string>>): Promise<LightMyRequestResponse>;
}

function behaviour(name: string, work: (asking: Asking) => Promise<void>): void {
  it(name, async () => {
    await using bench = await openBench({ smsCountries });
    await work(await askingOn(bench));
  });
}

async function askingOn(bench: PortalBench): Promise<Asking> {
  const sample = await bench.seal(textMail());
  const url = `${sample.managePath}/renew`;
  const get = () => bench.portal.app.inject({ url, headers: { "accept-language": "en" } });
  const version = /name="version" value="([0-9a-f]+)"/.exec((await get()).body)?.[1] ?? "";
  const send = (fields: Readonly<Record<string, string>>) =>
    bench.portal.app.inject({
      method: "POST",
      url,
      headers: formType,
      payload: new URLSearchParams({ version, ...fields }).toString(),
    });
  return { bench, sample, get, send };
}

describe("a new code by SMS", () => {
  behaviour("waits in the store, sealed, for the number as it was understood", async (a) => {
    const page = await a.send({ sure: "yes", sms: "0049 (0) 170 / 123-45-67" });
    assert.equal(page.statusCode, 200);
    const code = /class="secret"><bdi>([^<]+)/.exec(page.body)?.[1] ?? "";
    assert.match(page.body, /The code now also goes by SMS to <strong><bdi>\+49 1701234567</);
    assert.match(page.body, /make another new code at once/);
    const [job, ...more] = await a.bench.store.sms.due(a.bench.clock.now(), 10);
    assert.ok(job);
    assert.deepEqual(more, []);
    const row = { messageId: a.sample.id, createdAt: job.createdAt };
    const content = openSms(smsKeyOf(a.bench.keys.sessionKey), job.sealedContent, row);
    assert.deepEqual([content.to, content.code], ["+491701234567", code]);
    assert.ok(content.checkWords !== undefined && page.body.includes(content.checkWords.en));
    await open(a.bench, { ...a.sample, code });
    const rows = JSON.stringify(rowsOf(a.bench.storePath));
    assert.ok(!rows.includes("1701234567") && !rows.includes(code));
    const log = JSON.stringify(a.bench.log.lines);
    assert.ok(log.includes("+49 … 567") && !log.includes("1701234567") && !log.includes(code));
  });

  behaviour("goes nowhere when no number was typed", async (a) => {
    for (const sms of ["", "   "]) {
      const asking = await askingOn(a.bench);
      const page = await asking.send({ sure: "yes", sms });
      assert.equal(page.statusCode, 200);
      assert.doesNotMatch(page.body, /by SMS to/);
    }
    assert.deepEqual(await a.bench.store.sms.due(a.bench.clock.now(), 10), []);
  });

  behaviour("is made for no wrong number: the form comes back, nothing has changed", async (a) => {
    const before = rowsOf(a.bench.storePath);
    for (const [sms, sentence] of [
      ["0170 1234567", /lacks its country code/],
      ["my telephone", /That is not a telephone number/],
      ["+1 900 555 0123", /No SMS are sent from here to numbers of this kind/],
      ['"><script>', /That is not a telephone number/],
    ] as const) {
      const page = await a.send({ sure: "yes", sms });
      assert.equal(page.statusCode, 400);
      assert.equal(heading(page), "Make a new code?");
      assert.match(page.body, sentence);
      assert.match(page.body, /Nothing has been changed/);
      assert.match(page.body, /id="sms-error" role="alert"/);
      const kept = sms.replaceAll('"', "&quot;").replaceAll(">", "&gt;").replaceAll("<", "&lt;");
      assert.ok(page.body.includes(`value="${kept}"`), page.body);
    }
    assert.deepEqual(rowsOf(a.bench.storePath), before);
  });

  behaviour("is not made by who sends the form without its word, number or not", async (a) => {
    const before = rowsOf(a.bench.storePath);
    for (const fields of [{ sms: "+491701234567" }, { sms: "+491701234567", sure: "no" }]) {
      const page = await a.send(fields);
      assert.equal(page.statusCode, 400);
      assert.match(page.body, /Please type the word YES/);
      assert.ok(page.body.includes('value="+491701234567"'), "the number need not be typed again");
    }
    await a.get();
    assert.deepEqual(rowsOf(a.bench.storePath), before);
  });

  behaviour(
    "explains in the field whose number is wanted, and which ones are served",
    async (a) => {
      const { body } = await a.get();
      assert.match(body, /<label for="sms">Also send it by SMS to \(optional\)/);
      assert.match(body, /The recipient&#39;s number, not your own/);
      assert.match(body, /numbers with \+49, \+43\./);
      const url = `${a.sample.managePath}/recall`;
      assert.doesNotMatch((await a.bench.portal.app.inject({ url })).body, /SMS/);
    },
  );

  it("is offered to nobody where no hook is configured, nor made", async () => {
    await using bench = await openBench();
    const asking = await askingOn(bench);
    assert.doesNotMatch((await asking.get()).body, /name="sms"/);
    const page = await asking.send({ sure: "yes", sms: "+491701234567" });
    assert.equal(page.statusCode, 200);
    assert.doesNotMatch(page.body, /by SMS to/);
    assert.deepEqual(await bench.store.sms.due(bench.clock.now(), 10), []);
  });
});

describe("the number on the sender's page", () => {
  it("is one of the allowed countries or a fault, whatever is typed", () => {
    const random = seededRandom(43);
    for (let round = 0; round < 5000; round += 1) {
      const typed = mutate(Buffer.from("+49 (0) 170 / 123-45-67"), random).toString("utf8").trim();
      const number = readNumber(typed, smsCountries);
      if (!number.ok) assert.match(number.error, /^(?:form|country|notAllowed)$/);
      else if (typed === "") assert.equal(number.value, undefined);
      else assert.match(number.value ?? "", /^\+4[93]\d+$/);
    }
  });
});
