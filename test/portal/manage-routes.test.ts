/** The sender's pages, as a browser meets them; real store, real keys. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { openBench, type PortalBench, type SealedSample } from "../support/portal-bench.ts";
import {
  attemptsLeft,
  formType,
  get,
  heading,
  open,
  post,
  sendForm,
  wrongCode,
} from "../support/portal-reader.ts";
import { textMail } from "../support/sample-mail.ts";

const dayMs = 24 * 3600_000;

/** Sends the form of an action as a person does who has typed the word. */
async function act(
  bench: PortalBench,
  sample: SealedSample,
  action: string,
  change: Readonly<Record<string, string>> = {},
): Promise<LightMyRequestResponse> {
  const url = `${sample.managePath}/${action}`;
  const page = await get(bench, url);
  const version = /name="version" value="([0-9a-f]+)"/.exec(page.body)?.[1] ?? "";
  return sendForm(bench, url, { sure: "yes", version, ...change });
}

async function follow(bench: PortalBench, answer: LightMyRequestResponse) {
  assert.equal(answer.statusCode, 303, answer.body);
  return get(bench, String(answer.headers["location"]));
}

function codeOn(page: LightMyRequestResponse): string {
  return /class="secret"><bdi>([^<]+)/.exec(page.body)?.[1] ?? "";
}

async function lock(bench: PortalBench, sample: SealedSample, times = 20): Promise<void> {
  for (let round = 0; round < times; round += 1) {
    await post(bench, sample, wrongCode, { remoteAddress: `203.0.${round}.1` });
  }
}

describe("the sender's page", () => {
  let bench: PortalBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench[Symbol.asyncDispose]());

  it("tells what became of the message, without its content or the reader's link", async () => {
    const sample = await bench.seal(textMail());
    const unopened = await get(bench, sample.managePath);
    assert.equal(unopened.statusCode, 200);
    assert.equal(heading(unopened), "Your sealed message");
    assert.match(unopened.body, /erika\.muster@mail\.example/);
    assert.match(unopened.body, /Opened<\/dt><dd><bdi>not yet/);
    assert.match(unopened.body, /can be opened with link and code/);
    assert.match(unopened.body, /23 December 2026 at 10:30 CET/);
    assert.doesNotMatch(unopened.body, /Befund|unauff|Lift the lock/);
    assert.ok(!unopened.body.includes(sample.token) && !unopened.body.includes(sample.code));
    assert.equal(unopened.headers["set-cookie"], undefined);
    assert.match(String(unopened.headers["content-security-policy"]), /default-src 'none'/);
    assert.equal(unopened.headers["cache-control"], "no-store");
    assert.equal(unopened.headers["referrer-policy"], "no-referrer");
    await open(bench, sample);
    const later = await get(bench, sample.managePath);
    assert.match(later.body, /first on 23 November 2026 at 10:30 CET/);
  });

  it("is changed by nothing that looks at it, nor by a form without its word", async () => {
    const sample = await bench.seal(textMail());
    const unchanged = await bench.store.manage.findById(sample.id);
    for (const action of ["", "/renew", "/extend", "/unlock", "/recall"]) {
      for (const method of ["GET", "HEAD"] as const) {
        await bench.portal.app.inject({ method, url: `${sample.managePath}${action}` });
      }
      if (action === "") continue;
      const page = await get(bench, `${sample.managePath}${action}`);
      const version = /name="version" value="([0-9a-f]+)"/.exec(page.body)?.[1] ?? "";
      for (const fields of [
        { version },
        { version, sure: "no" },
        { version, sure: "test", days: "90" },
        { days: "8", sure: "on" },
      ]) {
        const answer = await sendForm(bench, `${sample.managePath}${action}`, fields);
        assert.equal(answer.statusCode, 400);
        assert.match(answer.body, /Nothing has been changed/);
      }
    }
    assert.deepEqual(await bench.store.manage.findById(sample.id), unchanged);
  });

  it("refuses forms of another site", async () => {
    const sample = await bench.seal(textMail());
    const answer = await bench.portal.app.inject({
      method: "POST",
      url: `${sample.managePath}/recall`,
      headers: { ...formType, "sec-fetch-site": "cross-site" },
      payload: "sure=yes",
    });
    assert.equal(answer.statusCode, 400);
    assert.equal((await bench.store.manage.findById(sample.id))?.recalledAt, null);
  });

  it("is there for its own link only, and not for one who tries many", async () => {
    await using own = await openBench();
    const sample = await own.seal(textMail());
    const unknown = () => `/s/${randomBytes(32).toString("base64url")}`;
    for (const url of [`/s/${sample.token}`, `/s/${sample.id}`, `${sample.managePath}x`]) {
      const answer = await get(own, url);
      assert.equal(answer.statusCode, 404);
      assert.equal(heading(answer), "There is no message at this link");
    }
    // The first one led to a reader's page: a whole token, of no sender.
    for (let count = 1; count < 20; count += 1) await get(own, unknown());
    assert.equal((await get(own, unknown())).statusCode, 429);
    const elsewhere = await own.portal.app.inject({
      url: unknown(),
      remoteAddress: "203.0.113.9",
    });
    assert.equal(elsewhere.statusCode, 404);
    // A colleague behind the same address could shut a whole firm out, recall included.
    assert.equal((await get(own, sample.managePath)).statusCode, 200);
    own.clock.advance(3_600_000);
    assert.equal((await get(own, unknown())).statusCode, 404);
  });

  it("never comes into the log with its link, nor with the code", async () => {
    const sample = await bench.seal(textMail());
    const code = codeOn(await act(bench, sample, "renew"));
    await act(bench, sample, "recall");
    const log = JSON.stringify(bench.log.lines);
    assert.ok(log.includes("/s/:token/renew") && log.includes(sample.id));
    assert.ok(code.length === 14 && !log.includes(code));
    assert.ok(!log.includes(sample.managePath.slice(3)) && !log.includes(sample.token));
  });

  it("speaks German to who prefers it", async () => {
    const sample = await bench.seal(textMail());
    const page = await get(bench, `${sample.managePath}/recall?lang=de`);
    assert.match(page.body, /<html lang="de">/);
    assert.equal(heading(page), "Die Nachricht zurückziehen?");
    const answer = await sendForm(bench, `${sample.managePath}/recall?lang=de`, { sure: "yes" });
    assert.match((await follow(bench, answer)).body, /Die Nachricht ist zurückgezogen\./);
  });
});

describe("the sender", () => {
  let bench: PortalBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench[Symbol.asyncDispose]());

  it("makes a new code for the same link; the old one opens nothing any more", async () => {
    const sample = await bench.seal(textMail());
    const page = await act(bench, sample, "renew");
    assert.equal(page.statusCode, 200);
    const code = codeOn(page);
    assert.match(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    assert.notEqual(code, sample.code);
    const form = await get(bench, sample.path);
    const words = /Check words: <strong>([a-z]+ [a-z]+)</.exec(form.body)?.[1];
    assert.ok(words !== undefined && page.body.includes(words));
    assert.equal((await post(bench, sample, sample.code)).statusCode, 403);
    const renewed = { ...sample, code };
    const reader = await open(bench, renewed);
    assert.equal((await reader.get("")).statusCode, 200);
  });

  it("gets one code for a button that is pressed twice", async () => {
    const sample = await bench.seal(textMail());
    const url = `${sample.managePath}/renew`;
    const version = /name="version" value="([0-9a-f]+)"/.exec((await get(bench, url)).body)?.[1];
    const fields = { sure: "yes", version: version ?? "" };
    const answers = await Promise.all([sendForm(bench, url, fields), sendForm(bench, url, fields)]);
    const codes = answers.map(codeOn).filter((code) => code !== "");
    assert.equal(codes.length, 1);
    const statuses = answers.map(({ statusCode }) => String(statusCode));
    assert.deepEqual(statuses.toSorted(), ["200", "409"]);
    assert.equal(heading(await sendForm(bench, url, fields)), "A new code was made meanwhile");
    await open(bench, { ...sample, code: codes[0] ?? "" });
  });

  it("closes with a new code what was opened with the old one", async () => {
    const sample = await bench.seal(textMail());
    const reader = await open(bench, sample);
    bench.clock.advance(1000);
    await act(bench, sample, "renew");
    assert.equal(heading(await reader.get("")), "The message was closed");
    assert.equal((await reader.get("/eml")).statusCode, 403);
  });

  it("takes a message back, from an open page as well", async () => {
    const sample = await bench.seal(textMail());
    const reader = await open(bench, sample);
    const done = await follow(bench, await act(bench, sample, "recall"));
    assert.match(done.body, /The message has been taken back\./);
    assert.match(done.body, /taken back on 23 November 2026/);
    assert.doesNotMatch(done.body, /class="button/);
    const pages = [
      await get(bench, sample.path),
      await post(bench, sample, sample.code),
      await reader.get(""),
      await reader.get("/eml"),
    ];
    for (const page of pages) {
      assert.equal(page.statusCode, 410);
      assert.equal(heading(page), "This message was taken back");
      assert.match(page.body, /dr\.weber@praxis\.example/);
    }
    for (const action of ["recall", "renew", "unlock"]) {
      const again = await sendForm(bench, `${sample.managePath}/${action}`, { sure: "yes" });
      assert.equal(again.statusCode, 410, action);
      assert.match(again.body, /href="\/s\/[\w-]+\?lang=en">Back to the overview</);
    }
    const extended = await sendForm(bench, `${sample.managePath}/extend`, {
      days: "7",
      sure: "yes",
    });
    assert.equal(heading(extended), "There is nothing left to be done");
  });

  it("keeps the message longer, and cannot shorten its time by mistake", async () => {
    const sample = await bench.seal(textMail());
    const page = await get(bench, `${sample.managePath}/extend`);
    const offered = [...page.body.matchAll(/name="days" value="(\d+)"/g)].map(([, days]) => days);
    assert.deepEqual(offered, ["90", "365"], "it has 30 days already");
    const refused = await act(bench, sample, "extend", { days: "7" });
    assert.equal(refused.statusCode, 400);
    assert.match(refused.body, /Please choose how long\. Nothing has been changed/);
    for (const days of [90, 365]) {
      const done = await act(bench, sample, "extend", { days: String(days) });
      assert.match((await follow(bench, done)).body, /The end has been changed/);
      const { expiresAt = 0 } = (await bench.store.manage.findById(sample.id)) ?? {};
      const left = expiresAt - bench.clock.now();
      assert.ok(left <= days * dayMs && left >= days * dayMs - 3_600_000);
    }
    const last = await get(bench, `${sample.managePath}/extend`);
    assert.match(last.body, /a year from now is the most there is/);
    assert.doesNotMatch(last.body, /<form/);
  });

  it("is told at the choices that one is missing, with the typed word kept", async () => {
    const sample = await bench.seal(textMail());
    const page = await act(bench, sample, "extend");
    assert.match(page.body, /<title>Error: /);
    assert.match(
      page.body,
      /<fieldset role="radiogroup" aria-describedby="days-error" aria-invalid="true">/,
    );
    assert.match(page.body, /<div class="error" id="days-error" role="alert">/);
    assert.match(page.body, /value="90" required autofocus/);
    assert.match(page.body, /name="sure"[^>]* value="yes"/);
    const wordless = await act(bench, sample, "extend", { days: "365", sure: "" });
    assert.match(wordless.body, /value="365" required checked>/);
    assert.match(wordless.body, /aria-describedby="sure-error sure-hint" aria-invalid="true"/);
  });

  it("unlocks a message, for a network that pauses too", async () => {
    const sample = await bench.seal(textMail());
    await lock(bench, sample);
    assert.match((await get(bench, sample.managePath)).body, /locked until 24 November 2026/);
    const done = await follow(bench, await act(bench, sample, "unlock"));
    assert.match(done.body, /The recipient can try again/);
    for (let round = 0; round < 5; round += 1) await post(bench, sample, wrongCode);
    assert.equal((await post(bench, sample, sample.code)).statusCode, 429);
    await act(bench, sample, "unlock");
    assert.equal(attemptsLeft(await post(bench, sample, wrongCode)), "You have 4 tries left");
    await open(bench, sample);
  });

  it("is advised by the state: to lift a lock only when there is one", async () => {
    const sample = await bench.seal(textMail());
    const advised = async () => {
      const { body } = await get(bench, sample.managePath);
      const links = [...body.matchAll(/<a class="(button[^"]*)" href="[^"]*">([^<]+)/g)];
      return links.map(([, look, text]) => (look === "button" ? `*${text}` : text));
    };
    const others = ["Keep it available longer", "Take the message back"];
    assert.deepEqual(await advised(), ["*Make a new code", ...others]);
    await post(bench, sample, wrongCode);
    const counted = ["Allow all tries again", "*Make a new code", ...others];
    assert.deepEqual(await advised(), counted);
    const page = await get(bench, `${sample.managePath}/unlock`);
    assert.equal(heading(page), "Allow all tries again?");
    await lock(bench, sample);
    assert.deepEqual(await advised(), ["*Lift the lock", "Make a new code", ...others]);
    const recall = await get(bench, `${sample.managePath}/recall`);
    assert.match(recall.body, /Replies that were sent stay sent/);
  });

  it("can only make a new code after very many wrong ones", async () => {
    const perCode = 6;
    const limits = {
      perMessage: 20,
      lockMs: dayMs,
      perCode,
      perNetwork: 5,
      networkWindowMs: 600_000,
      networkPauseMs: 1_800_000,
      perNetworkHour: 30,
      alarmAfter: 3,
    };
    await using own = await openBench({ attemptLimits: limits });
    const sample = await own.seal(textMail());
    await lock(own, sample, perCode);
    own.clock.advance(3 * dayMs);
    const reader = await get(own, sample.path);
    assert.equal(heading(reader), "This message needs a new code");
    const page = await get(own, sample.managePath);
    assert.match(page.body, /it needs a new code/);
    assert.doesNotMatch(page.body, /Lift the lock/);
    const refused = await sendForm(own, `${sample.managePath}/unlock`, { sure: "yes" });
    assert.equal(heading(refused), "The lock cannot be lifted");
    const code = codeOn(await act(own, sample, "renew"));
    await open(own, { ...sample, code });
  });

  it("has no page for what has expired but the one that says so", async () => {
    const sample = await bench.seal(textMail(), { expiresAt: bench.clock.now() + 60_000 });
    bench.clock.advance(60_000);
    const page = await get(bench, sample.managePath);
    assert.match(page.body, /its time is over/);
    assert.equal((await get(bench, `${sample.managePath}/renew`)).statusCode, 303);
    const renewed = await sendForm(bench, `${sample.managePath}/renew`, { sure: "yes" });
    assert.equal(renewed.statusCode, 410);
  });
});

describe("who steals the store", () => {
  it("opens nothing with it and the pepper, though the sender's link could make a code", async () => {
    await using bench = await openBench();
    const sample = await bench.seal(textMail());
    const row = await bench.store.manage.findById(sample.id);
    assert.ok(row?.manage);
    const everything = Buffer.concat([row.manage.wrap, row.wrappedKey, row.salt]);
    for (const secret of [sample.token, sample.managePath.slice(3)]) {
      assert.ok(!everything.includes(Buffer.from(secret, "base64url")));
    }
    assert.ok(!everything.includes(sample.messageKey));
    for (const guess of [row.manage.id, row.lookupId].map((id) => Buffer.from(id, "hex"))) {
      const token = Buffer.concat([guess, guess]).toString("base64url");
      assert.equal((await get(bench, `/s/${token}`)).statusCode, 404);
    }
  });
});
