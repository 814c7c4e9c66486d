/** Answers to an opened message, as a browser sends them and as it never would; real store. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { maxReplies, maxReplyLength } from "../../src/portal/reply-limits.ts";
import { sessionIdleMs } from "../../src/portal/session.ts";
import { openReply, type ReplyContent, replyKeyOf } from "../../src/seal/reply-content.ts";
import {
  openBench,
  type PortalBench,
  type SealedSample,
  sampleRecipient,
  sampleSender,
} from "../support/portal-bench.ts";
import { formType, heading, open } from "../support/portal-reader.ts";
import { textMail } from "../support/sample-mail.ts";

const original = Buffer.from(
  "From: a@praxis.example\r\nSubject: Befund\r\nMessage-ID: <two@praxis.example>\r\nReferences: <one@praxis.example>\r\n\r\nText\r\n",
);

interface Reader {
  readonly sample: SealedSample;
  read(query?: string): Promise<LightMyRequestResponse>;
  answer(text: string, change?: AnswerChange): Promise<LightMyRequestResponse>;
}

interface AnswerChange {
  readonly number?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly remoteAddress?: string;
}

async function readerOf(bench: PortalBench, mail: Buffer = original): Promise<Reader> {
  const sample = await bench.seal(mail);
  const { cookies } = await open(bench, sample);
  const url = `/v/${sample.id}/reply`;
  return {
    sample,
    read: (query = "") => bench.portal.app.inject({ url: `${url}${query}`, cookies }),
    answer: (text, { number = "1", headers = {}, remoteAddress = "198.51.100.7" } = {}) =>
      bench.portal.app.inject({
        method: "POST",
        url,
        cookies,
        headers: { ...formType, ...headers },
        payload: new URLSearchParams({ text, number }).toString(),
        remoteAddress,
      }),
  };
}

async function repliesTo(bench: PortalBench, sample: SealedSample): Promise<ReplyContent[]> {
  const key = replyKeyOf(bench.keys.sessionKey);
  const jobs = await bench.store.replies.jobs(1000);
  return jobs
    .filter(({ messageId }) => messageId === sample.id)
    .map((job) => openReply(key, job.sealedContent, job));
}

describe("a reply in the portal", () => {
  let bench: PortalBench;
  before(async () => {
    bench = await openBench();
  });
  after(() => bench[Symbol.asyncDispose]());

  it("is stored before the page says that it is on its way", async () => {
    const reader = await readerOf(bench);
    const form = await reader.read();
    assert.equal(form.statusCode, 200);
    assert.equal(heading(form), "Your reply");
    assert.match(form.body, /<bdi>dr\.weber@praxis\.example<\/bdi>/);
    assert.match(form.body, /<bdi>Befund<\/bdi>/);
    const taken = await reader.answer("Danke,\r\nbis Montag.");
    assert.equal(taken.statusCode, 303);
    const place = `/v/${reader.sample.id}/reply?view=sent&lang=en`;
    assert.equal(taken.headers["location"], place);
    assert.deepEqual(await repliesTo(bench, reader.sample), [
      {
        text: "Danke,\nbis Montag.",
        subject: "Befund",
        references: ["<one@praxis.example>", "<two@praxis.example>"],
      },
    ]);
    const sent = await reader.read("?view=sent&lang=en");
    assert.equal(heading(sent), "Your reply is on its way");
    assert.match(sent.body, /You replied on /);
    const [job] = await bench.store.replies.jobs(1);
    assert.deepEqual([job?.sender, job?.recipient], [sampleSender, sampleRecipient]);
    assert.equal(job?.sealedContent.includes("Danke"), false);
  });

  it("is offered on the message's page, which says what was replied", async () => {
    const sample = await bench.seal(original);
    const reader = await open(bench, sample);
    const link = `href="/v/${sample.id}/reply?lang=en"`;
    assert.ok((await reader.get("")).body.includes(link));
    await bench.portal.app.inject({
      method: "POST",
      url: `/v/${sample.id}/reply`,
      cookies: reader.cookies,
      headers: formType,
      payload: "text=x&number=1",
    });
    const page = (await reader.get("")).body;
    assert.ok(page.includes(link));
    assert.match(page, /You replied on /);
  });

  it("goes once, however often the same form is sent", async () => {
    const reader = await readerOf(bench);
    const answers = await Promise.all([1, 2, 3].map(() => reader.answer("einmal")));
    const codes = answers.map(({ statusCode }) => statusCode).sort((a, b) => a - b);
    assert.deepEqual(codes, [303, 409, 409]);
    const again = await reader.answer("einmal");
    assert.equal(again.statusCode, 409);
    assert.match(again.body, /A reply was sent meanwhile/);
    assert.match(again.body, />\neinmal<\/textarea>/);
    assert.match(again.body, /name="number" value="2"/);
    assert.equal((await repliesTo(bench, reader.sample)).length, 1);
  });

  it("ends after so many to one message", async () => {
    const reader = await readerOf(bench);
    for (let number = 1; number <= maxReplies; number += 1) {
      const answer = await reader.answer(`Nr. ${number}`, {
        number: String(number),
        remoteAddress: `203.0.${number}.1`,
      });
      assert.equal(answer.statusCode, 303);
    }
    const more = await reader.answer("noch eine", { number: String(maxReplies + 1) });
    assert.equal(more.statusCode, 403);
    assert.equal(heading(more), "No more replies to this message");
    assert.equal((await reader.read()).statusCode, 403);
    assert.equal((await repliesTo(bench, reader.sample)).length, maxReplies);
  });

  it("comes back with its text when it is empty or too long", async () => {
    const reader = await readerOf(bench);
    assert.match(
      (await reader.answer(" \r\n ")).body,
      /Please write something or choose a file first/,
    );
    const long = "ü".repeat(maxReplyLength + 1);
    const answer = await reader.answer(long);
    assert.equal(answer.statusCode, 413);
    assert.ok(answer.body.includes(long));
    assert.equal((await reader.answer("€".repeat(maxReplyLength))).statusCode, 303);
    assert.equal((await repliesTo(bench, reader.sample)).length, 1);
  });

  it("of ten megabytes is refused unread", async () => {
    const reader = await readerOf(bench);
    const answer = await reader.answer("x".repeat(10_000_000));
    assert.equal(answer.statusCode, 413);
    assert.equal(heading(answer), "That was too much for one reply");
    assert.deepEqual(await repliesTo(bench, reader.sample), []);
  });

  it("keeps the code's form as small as it was", async () => {
    const sample = await bench.seal(original);
    const { statusCode } = await bench.portal.app.inject({
      method: "POST",
      url: sample.path,
      headers: formType,
      payload: `code=${"x".repeat(5000)}`,
    });
    assert.equal(statusCode, 413);
  });

  it("shows markup, marks of direction and NUL as text and no more", async () => {
    const reader = await readerOf(bench);
    const evil = '</textarea><script>alert(1)</script>\u202e\0"';
    const back = await reader.answer(evil, { number: "7" });
    assert.equal(back.statusCode, 409);
    assert.equal(back.body.includes("<script>alert"), false);
    assert.match(back.body, /&lt;\/textarea&gt;&lt;script&gt;/);
    assert.equal((await reader.answer(evil)).statusCode, 303);
    assert.equal((await repliesTo(bench, reader.sample))[0]?.text, evil);
  });

  it("takes nothing over from a header that tries to be several", async () => {
    const mail = Buffer.from(
      "Subject: =?utf-8?B?eA0KQmNjOiBldmVAZXZpbC50ZXN0?=\r\nMessage-ID: <a b@c>\r\nReferences: <ok@a.test> <bad\x01@a.test>\r\n\r\nx\r\n",
    );
    const reader = await readerOf(bench, mail);
    assert.equal((await reader.answer("x")).statusCode, 303);
    const [content] = await repliesTo(bench, reader.sample);
    assert.equal(content?.subject, "x Bcc: eve@evil.test");
    assert.deepEqual(content.references, []);
  });

  it("answers a message without any header, and one with nothing else", async () => {
    for (const mail of ["\r\nonly a body\r\n", `Subject: ${"x".repeat(400_000)}`]) {
      const reader = await readerOf(bench, Buffer.from(mail));
      assert.equal((await reader.read()).statusCode, 200);
      assert.equal((await reader.answer("x")).statusCode, 303);
    }
  });

  it("takes one field of each name and no other kind of body", async () => {
    const reader = await readerOf(bench);
    const { cookies } = await open(bench, reader.sample);
    const url = `/v/${reader.sample.id}/reply`;
    const send = (payload: string, type: string) =>
      bench.portal.app.inject({
        method: "POST",
        url,
        cookies,
        headers: { "content-type": type },
        payload,
      });
    const twice = await send("text=a&text=b&number=1", formType["content-type"]);
    assert.equal(twice.statusCode, 400);
    const json = await send('{"text":"a","number":"1"}', "application/json");
    assert.equal(json.statusCode, 400);
    assert.deepEqual(await repliesTo(bench, reader.sample), []);
  });

  it("needs the message's own open session, and is not taken from a foreign page", async () => {
    const reader = await readerOf(bench);
    const other = await readerOf(bench);
    const { cookies } = await open(bench, other.sample);
    for (const jar of [{}, cookies]) {
      const answer = await bench.portal.app.inject({
        method: "POST",
        url: `/v/${reader.sample.id}/reply`,
        cookies: jar,
        headers: formType,
        payload: "text=secret-text&number=1",
      });
      assert.equal(answer.statusCode, 403);
      assert.equal(answer.body.includes("secret-text"), false);
    }
    const foreign = await reader.answer("x", { headers: { "sec-fetch-site": "cross-site" } });
    assert.equal(foreign.statusCode, 400);
    assert.deepEqual(await repliesTo(bench, reader.sample), []);
  });

  it("gives the text back to its writer when the session is over", async () => {
    const reader = await readerOf(bench);
    bench.clock.advance(sessionIdleMs);
    const own = { headers: { "sec-fetch-site": "same-origin" } };
    const answer = await reader.answer("lang <b>überlegt</b>", own);
    assert.equal(answer.statusCode, 403);
    assert.equal(heading(answer), "Your reply was not sent");
    assert.match(answer.body, /lang &lt;b&gt;überlegt&lt;\/b&gt;<\/textarea>/);
    assert.deepEqual(await repliesTo(bench, reader.sample), []);
  });

  it("is not taken to a message that was recalled meanwhile", async () => {
    const reader = await readerOf(bench);
    await bench.store.manage.recall(reader.sample.id, bench.clock.now());
    assert.equal((await reader.answer("x")).statusCode, 410);
    assert.deepEqual(await repliesTo(bench, reader.sample), []);
  });

  it("never stands in the log", async () => {
    const reader = await readerOf(bench);
    await reader.answer("streng-geheim");
    const log = JSON.stringify(bench.log.lines);
    assert.match(log, /the recipient replied/);
    assert.equal(log.includes("streng-geheim"), false);
  });
});

describe("replies from one network", () => {
  it("pause after twenty in an hour, and give the text back", async () => {
    await using bench = await openBench();
    for (let index = 0; index < 20; index += 1) {
      const reader = await readerOf(bench);
      assert.equal((await reader.answer("x")).statusCode, 303);
    }
    const reader = await readerOf(bench);
    const answer = await reader.answer("zu viel");
    assert.equal(answer.statusCode, 429);
    assert.match(answer.body, />\nzu viel<\/textarea>/);
    assert.equal((await reader.answer("x", { remoteAddress: "203.0.113.1" })).statusCode, 303);
    const next = await readerOf(bench);
    bench.clock.advance(3_600_000 - 60_000);
    assert.equal((await next.answer("x")).statusCode, 403);
    const later = await readerOf(bench);
    bench.clock.advance(60_001);
    assert.equal((await later.answer("x")).statusCode, 303);
  });
});

describe("a portal without replies", () => {
  it("offers none and takes none", async () => {
    await using bench = await openBench({ replies: undefined });
    const reader = await readerOf(bench, textMail());
    const opened = await open(bench, reader.sample);
    assert.equal((await opened.get("")).body.includes("/reply"), false);
    assert.equal((await reader.read()).statusCode, 404);
    assert.equal((await reader.answer("x")).statusCode, 404);
  });
});
