/** Files whose message is closed, or opened again, before they have come; real store. */
import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { sessionIdleMs } from "../../src/portal/session.ts";
import { SharedGate } from "../../src/portal/shared-gate.ts";
import { openBench, type PortalBench } from "../support/portal-bench.ts";
import { cookiesOf, formType, heading } from "../support/portal-reader.ts";
import {
  formOf,
  type ReplyReader,
  replyFields,
  replyReader,
  storedReplies,
} from "../support/reply-reader.ts";

describe("a message that is closed while files are on their way to it", () => {
  const file = { name: "file", fileName: "a", bytes: "x" };
  const wholeForm = formOf([...replyFields("Text"), file]);

  /** What happens when the `at`-th place is taken: for a form, for its files, for the message's head. */
  async function sendMeanwhile(
    test: TestContext,
    reader: ReplyReader,
    form: Buffer,
    { at, happens }: { at: number; happens: () => Promise<unknown> },
  ): Promise<LightMyRequestResponse> {
    let calls = 0;
    const place = { [Symbol.dispose]: () => undefined };
    test.mock.method(SharedGate.prototype, "enter", async () => {
      calls += 1;
      if (calls === at) await happens();
      return place;
    });
    const answer = await reader.send(form);
    assert.ok(calls >= at, `${calls} calls`);
    test.mock.restoreAll();
    return answer;
  }

  const close = (
    { portal }: PortalBench,
    { sample }: ReplyReader,
    cookies: ReplyReader["cookies"],
  ) => portal.app.inject({ method: "POST", url: `/v/${sample.id}/close`, cookies });

  async function assertClosed(
    { portal }: PortalBench,
    { sample, cookies }: ReplyReader,
    answer: LightMyRequestResponse,
  ): Promise<void> {
    assert.deepEqual(answer.cookies, []);
    const page = await portal.app.inject({ url: `/v/${sample.id}`, cookies });
    assert.equal(page.statusCode, 403);
  }

  async function assertSentAndClosed(
    bench: PortalBench,
    reader: ReplyReader,
    answer: LightMyRequestResponse,
  ): Promise<void> {
    // Loaded once more it shall not say that nothing was sent.
    assert.equal(answer.statusCode, 303);
    const page = await bench.portal.app.inject(answer.headers.location ?? "");
    assert.equal(heading(page), "Your reply is on its way");
    assert.match(page.body, /The message may be closed by now/);
    await assertClosed(bench, reader, answer);
    assert.equal((await storedReplies(bench, reader.sample)).length, 1);
  }

  for (const [what, at, passMs] of [
    ["before they have come", 2, 0],
    ["after that", 3, 0],
    ["when nobody had used it for long", 2, 120_000],
  ] as const) {
    it(`closed ${what}, stays so, and the page says that the reply goes`, async (test) => {
      await using bench = await openBench();
      const reader = await replyReader(bench);
      // So that the answer would renew the cookie.
      bench.clock.advance(sessionIdleMs - 60_000);
      const happens = (): Promise<unknown> => {
        bench.clock.advance(passMs);
        return close(bench, reader, reader.cookies);
      };
      const answer = await sendMeanwhile(test, reader, wholeForm, { at, happens });
      await assertSentAndClosed(bench, reader, answer);
    });
  }

  it("stays closed when it had been opened once more in the same browser", async (test) => {
    await using bench = await openBench();
    const reader = await replyReader(bench);
    bench.clock.advance(120_000);
    const { portal } = bench;
    const happens = async (): Promise<void> => {
      const { path, code } = reader.sample;
      const payload = new URLSearchParams({ code }).toString();
      const { cookies } = reader;
      const headers = formType;
      const opened = await portal.app.inject({
        method: "POST",
        url: path,
        cookies,
        headers,
        payload,
      });
      assert.equal(opened.statusCode, 303);
      await close(bench, reader, cookiesOf(opened));
    };
    const answer = await sendMeanwhile(test, reader, wholeForm, { at: 2, happens });
    await assertSentAndClosed(bench, reader, answer);
  });

  it("stays open for who wrote long and sends long, since that is use", async (test) => {
    await using bench = await openBench();
    const reader = await replyReader(bench);
    bench.clock.advance(10 * 60_000);
    const happens = async (): Promise<void> => bench.clock.advance(10 * 60_000);
    const answer = await sendMeanwhile(test, reader, wholeForm, { at: 2, happens });
    const { location = "" } = answer.headers;
    const cookies = cookiesOf(answer);
    const page = await bench.portal.app.inject({ url: location, cookies });
    assert.deepEqual([page.statusCode, heading(page)], [200, "Your reply is on its way"]);
    assert.match(page.body, /goes to dr\.weber@praxis\.example/);
  });

  it("shows nothing of itself where the form has a fault, and gives the text back", async (test) => {
    for (const [form, title, text] of [
      [
        formOf([...replyFields("Text".repeat(6_000)), file]),
        "Your reply was not sent",
        />\nTextText/,
      ],
      [formOf([...replyFields("Text", "3"), file]), "A reply was sent meanwhile", />\nText</],
      [
        formOf([...replyFields(""), file]).subarray(0, -20),
        "Your reply was not sent",
        /from there\./,
      ],
    ] as const) {
      await using bench = await openBench();
      const reader = await replyReader(bench);
      const happens = () => close(bench, reader, reader.cookies);
      const answer = await sendMeanwhile(test, reader, form, { at: 1, happens });
      assert.deepEqual([answer.statusCode, heading(answer)], [403, title]);
      assert.match(answer.body, text);
      assert.doesNotMatch(answer.body, /Befund/);
      await assertClosed(bench, reader, answer);
      assert.deepEqual(await storedReplies(bench, reader.sample), []);
    }
  });
});
