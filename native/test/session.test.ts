/** Whole sessions against the compiled addon: what a handler sees and what the MTA gets. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { type Frame, letters, MilterClient, noBody, strings } from "./milter-client.ts";
import { MilterProcess } from "./milter-process.ts";

function text(frame: Frame | undefined): string {
  return (frame?.data ?? Buffer.alloc(0)).toString("latin1");
}

describe("a message", () => {
  it("reaches the handler with every byte of envelope, headers and body", async () => {
    await using milter = await MilterProcess.started("describe");
    const client = await MilterClient.session(milter.path);
    const body = Buffer.concat([Buffer.from([0, 1, 0x80, 0xff]), Buffer.from("\r\n.\r\n")]);
    const frames = await client.deliver({
      queueId: "4XYZ",
      sender: ["<s@example.com>", "SIZE=10", "ret=HDRS"],
      recipients: [
        ["<a@example.org>", "ORCPT=rfc822;A@example.org"],
        ["b@example.org", "notify=NEVER"],
      ],
      headers: [
        ["Received", " from a\n\tby b"],
        ["Subject", "\t caf\u00e9 \u00ff"],
        ["X-Empty", ""],
        ["subject", "second"],
      ],
      body,
    });
    assert.equal(letters(frames), "c");
    assert.deepEqual(await milter.heard("message"), {
      queueId: "4XYZ",
      client: { name: "client.example", address: "192.0.2.7", port: 12345 },
      helo: "helo.example",
      sender: {
        raw: "<s@example.com>",
        address: "s@example.com",
        args: [
          ["SIZE", "10"],
          ["RET", "HDRS"],
        ],
      },
      recipients: [
        {
          raw: "<a@example.org>",
          address: "a@example.org",
          args: [["ORCPT", "rfc822;A@example.org"]],
          mailer: "smtp",
        },
        {
          raw: "b@example.org",
          address: "b@example.org",
          args: [["NOTIFY", "NEVER"]],
          mailer: "smtp",
        },
      ],
      headers: [
        { name: "Received", value: " from a\n\tby b" },
        { name: "Subject", value: "\t caf\u00e9 \u00ff" },
        { name: "X-Empty", value: "" },
        { name: "subject", value: "second" },
      ],
      headerBytes:
        "Received: from a\r\n\tby b\r\nSubject:\t caf\u00e9 \u00ff\r\nX-Empty:\r\nsubject:second\r\n",
      body: body.toString("latin1"),
      bodyBytes: body.length,
      host: "mail.example",
    });
    client.quit();
  });

  it("may have no header and no body", async () => {
    await using milter = await MilterProcess.started("describe");
    const client = await MilterClient.session(milter.path);
    assert.equal(letters(await client.deliver({ headers: [], body: Buffer.alloc(0) })), "c");
    const seen = (await milter.heard("message")) as { headers: unknown; body: unknown };
    assert.deepEqual([seen.headers, seen.body], [[], ""]);
    client.quit();
  });

  it("is one of several in a session, none knowing of the others", async () => {
    await using milter = await MilterProcess.started("describe");
    const client = await MilterClient.session(milter.path);
    for (const subject of [" one", " two", " three"]) {
      assert.equal(letters(await client.deliver({ headers: [["Subject", subject]] })), "c");
      const seen = (await milter.heard("message")) as { headers: unknown; recipients: unknown[] };
      assert.deepEqual(seen.headers, [{ name: "Subject", value: subject }]);
      assert.equal(seen.recipients.length, 1);
    }
    client.quit();
    assert.equal(milter.has("aborted"), false);
  });

  it("keeps its body at the MTA in mode none", async () => {
    await using milter = await MilterProcess.started("describe", { body: { mode: "none" } });
    const client = await MilterClient.session(milter.path);
    assert.equal(client.steps & noBody, noBody);
    assert.equal(letters(await client.deliver()), "c");
    assert.equal(((await milter.heard("message")) as { bodyBytes: number }).bodyBytes, 0);
    client.quit();
  });

  it("streams its body in order, with begin before the first chunk", async () => {
    await using milter = await MilterProcess.started("stream", { body: { mode: "stream" } });
    const client = await MilterClient.session(milter.path);
    const body = Buffer.alloc(3_000_000, "0123456789abc\r\n");
    assert.equal(letters(await client.deliver({ body })), "c");
    assert.equal(await milter.heard("begin"), " hello");
    assert.deepEqual(await milter.heard("message"), {
      hash: createHash("sha256").update(body).digest("hex"),
      bytes: body.length,
      bodyBytes: body.length,
    });
    client.quit();
  });

  it("begins in mode stream even when the body is empty", async () => {
    await using milter = await MilterProcess.started("stream", { body: { mode: "stream" } });
    const client = await MilterClient.session(milter.path);
    assert.equal(letters(await client.deliver({ body: Buffer.alloc(0) })), "c");
    assert.equal(await milter.heard("begin"), " hello");
    assert.equal(((await milter.heard("message")) as { bytes: number }).bytes, 0);
    client.quit();
  });

  it("fails with a temporary answer when it passes a limit", async () => {
    const body = { mode: "buffer", maxBytes: 1000, onOverflow: "reject" } as const;
    const limits = { recipients: 2, headerBytes: 100 };
    await using milter = await MilterProcess.started("describe", { body, limits });
    const client = await MilterClient.session(milter.path);
    const recipients = [["<a@x.example>"], ["<b@x.example>"], ["<c@x.example>"]];
    assert.equal(letters(await client.deliver({ recipients })), "t");
    assert.equal(letters(await client.deliver({ headers: [["X", "y".repeat(100)]] })), "t");
    assert.equal(letters(await client.deliver({ body: Buffer.alloc(1001) })), "r");
    assert.equal(letters(await client.deliver()), "c");
    assert.equal(((await milter.ask("stats")) as { limited: number }).limited, 3);
    client.quit();
  });
});

describe("a verdict", () => {
  it("brings the modifications in the order an MTA takes them, the body last", async () => {
    await using milter = await MilterProcess.started("edit");
    const client = await MilterClient.session(milter.path);
    const frames = await client.deliver({
      recipients: [["<One@example.org>"], ["<two@example.org>"]],
      headers: [
        ["Received", " 1"],
        ["Received", " 2"],
        ["Subject", " old"],
      ],
    });
    assert.equal(letters(frames), "e2-mmmiiihqbc");
    const index = (value: number): string => `\0\0\0${String.fromCharCode(value)}`;
    assert.deepEqual(frames.map(text), [
      "<>\0RET=HDRS\0",
      "<added@example.org>\0NOTIFY=NEVER\0",
      "<One@example.org>\0",
      `${index(2)}received\0\0`,
      `${index(1)}received\0\0`,
      `${index(1)}Subject\0 changed\0`,
      `${index(1)}X-After\0 \u00e9\0`,
      `${index(0)}X-Top\0 2\0`,
      `${index(0)}X-Top\0 1\0`,
      "X-End\0 last\0",
      "held for a look\0",
      "new\r\nbody\r\n",
      "",
    ]);
    client.quit();
  });

  it("other than accept brings no modification, and doubles the percent sign", async () => {
    await using milter = await MilterProcess.started("reject");
    const client = await MilterClient.session(milter.path);
    const frames = await client.deliver();
    assert.equal(letters(frames), "y");
    assert.equal(text(frames[0]), "550-5.7.10 100%% no\r\n550 5.7.10 second line\0");
    client.quit();
  });

  it("may be to discard", async () => {
    await using milter = await MilterProcess.started("discard");
    const client = await MilterClient.session(milter.path);
    assert.equal(letters(await client.deliver()), "d");
    client.quit();
  });

  it("on a recipient takes out that recipient alone", async () => {
    await using milter = await MilterProcess.started("recipient");
    const client = await MilterClient.session(milter.path);
    const names = ["<a@x.example>", "<no@x.example>", "<oops@x.example>", "<b@x.example>"];
    const replies = await client.envelope({ recipients: names.map((name) => [name]) });
    assert.equal(letters(replies), "cytc");
    assert.equal(text(replies[1]), "550 5.0.0 no such user\0");
    await client.headers({});
    client.end();
    assert.equal(letters(await client.readVerdict()), "c");
    assert.deepEqual(await milter.heard("message"), ["<a@x.example>", "<b@x.example>"]);
    assert.deepEqual(await milter.heard("recipient"), [
      "<a@x.example>",
      "smtp",
      "<sender@example.com>",
    ]);
    assert.equal(await milter.heard("failed"), "recipient threw");
    client.quit();
  });
});

describe("negotiation", () => {
  it("turns away an MTA that does not offer what the milter needs", async () => {
    await using milter = await MilterProcess.started("accept");
    const client = await MilterClient.connect(milter.path);
    assert.equal(await client.negotiate(0x01), false);
    const other = await MilterClient.session(milter.path);
    assert.equal(letters(await other.deliver()), "c");
    other.quit();
  });

  it("turns away sessions above the limit", async () => {
    await using milter = await MilterProcess.started("accept", { limits: { sessions: 1 } });
    const client = await MilterClient.session(milter.path);
    const second = await MilterClient.connect(milter.path);
    assert.equal(await second.negotiate(), false);
    assert.equal(letters(await client.deliver()), "c");
    client.quit();
  });

  it("asks for the macros that were named, and always for the queue ID", async () => {
    const macros = { eom: ["mail_host"], rcpt: ["{rcpt_mailer}"] };
    await using milter = await MilterProcess.started("accept", { macros });
    const client = await MilterClient.connect(milter.path);
    const offer = Buffer.alloc(12);
    [6, 0x1ff, 0x1fffff].forEach((value, at) => offer.writeUInt32BE(value, at * 4));
    client.send("O", offer);
    const answer = await client.read();
    const lists = answer?.data.subarray(12).toString("latin1");
    assert.equal(lists, `\0\0\0\u0003{rcpt_mailer}\0\0\0\0\u0005i {mail_host}\0`);
    client.quit();
  });
});

describe("a session", () => {
  it("survives empty macro frames, aborts at every stage and a message after them", async () => {
    await using milter = await MilterProcess.started("describe");
    const client = await MilterClient.session(milter.path);
    for (const stage of "CHMRTLNBE") client.send("D", Buffer.from(stage));
    client.send("A");
    await client.envelope({});
    client.send("A");
    await client.envelope({});
    await client.headers({});
    client.send("A");
    client.send("A");
    assert.equal(letters(await client.deliver()), "c");
    assert.equal(milter.has("aborted"), false);
    client.quit();
  });

  it("tells the handler that a streamed message was abandoned", async () => {
    const body = { mode: "stream", batchBytes: 1 } as const;
    await using milter = await MilterProcess.started("stream", { body });
    const client = await MilterClient.session(milter.path);
    for (const leave of [() => client.send("A"), () => client.socket.destroy()]) {
      await client.envelope({});
      await client.headers({});
      await client.body({});
      await milter.heard("begin");
      leave();
      assert.deepEqual(await milter.heard("aborted"), { id: 1, reason: "abandoned" });
    }
    assert.equal(milter.has("message"), false);
  });

  it("of a client that is not on the network has a name only", async () => {
    await using milter = await MilterProcess.started("describe");
    const client = await MilterClient.connect(milter.path);
    await client.negotiate();
    client.send("C", Buffer.concat([strings("localhost"), Buffer.from("U")]));
    assert.equal(letters(await client.deliver()), "c");
    const seen = (await milter.heard("message")) as { client: unknown };
    assert.deepEqual(seen.client, { name: "localhost" });
    client.quit();
  });
});
