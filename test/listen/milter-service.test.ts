import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Mail, MilterClient } from "../../native/test/milter-client.ts";
import { MxsealError } from "../../src/base/errors.ts";
import { MilterService } from "../../src/listen/milter-service.ts";
import { HoldWorld, originalBytes, sealTo } from "../gate/hold-world.ts";
import { readMail } from "../mime/read-mail.ts";
import { sampleDecisions } from "../support/sample-decisions.ts";
import { type TempDirectory, tempDirectory } from "../support/temp-directory.ts";

// libmilter runs once per process, so all tests share one service.
let world: HoldWorld;
let directory: TempDirectory;
let service: MilterService;
let path: string;

before(async () => {
  world = await HoldWorld.create();
  directory = await tempDirectory();
  path = join(directory.path, "milter.sock");
  service = new MilterService({ path }, world.port(), world.log);
  await service.start();
});

after(async () => {
  await service.stop();
  await world[Symbol.asyncDispose]();
  await directory[Symbol.asyncDispose]();
});

const headers: NonNullable<Mail["headers"]> = [
  [
    "Received",
    " from pc (pc [192.0.2.7])\n\tby mail.example (Postfix) with ESMTP id 4jY0nz75RMzJJXy\n\tfor <erna@plain.example>; x",
  ],
  ["From", " Erna <erna@own.example>"],
  ["Subject", " SECRET"],
  ["X-Empty", ""],
  ["X-Bytes", " \xff\xfe"],
  ["subject", " SECRET again"],
];
const fieldsOf = (mail: Mail) => (mail.headers ?? []).map(([name, value]) => ({ name, value }));
const mailOf = (change: Partial<Mail> = {}): Mail => ({
  sender: ["<erna@own.example>", "BODY=8BITMIME"],
  recipients: [[`<${sealTo}>`, "ORCPT=rfc822;team@plain.example"]],
  headers,
  body: Buffer.from("SECRET body\0\r\n"),
  queueId: "4jY0pPASS2zJJXy",
  ...change,
});

interface Answer {
  readonly verdict: string;
  readonly reply: string;
  readonly body: Buffer;
  readonly inserted: readonly string[];
  readonly removed: readonly string[];
}

async function deliver(mail: Mail): Promise<Answer> {
  const client = await MilterClient.session(path);
  const frames = await client.deliver(mail);
  client.quit();
  const of = (letter: string) => frames.filter(({ command }) => command === letter);
  const textOf = (data: Buffer): string => data.subarray(4).toString("latin1");
  const changes = of("m").map(({ data }) => textOf(data).split("\0"));
  return {
    verdict: frames.at(-1)?.command ?? "none",
    reply: of("y")[0]?.data.toString("latin1").replace("\0", "") ?? "",
    body: Buffer.concat(of("b").map(({ data }) => data)),
    inserted: [
      ...of("i").map(({ data }) => textOf(data)),
      ...of("h").map(({ data }) => data.toString("latin1")),
    ],
    removed: changes.filter(([, value]) => value === "").map(([name = ""]) => name),
  };
}

describe("the milter service", () => {
  it("listens on a socket for its group alone", async () => {
    assert.equal((await stat(path)).mode & 0o777, 0o660);
  });

  it("seals through libmilter, byte for byte, and sends the notification on", async () => {
    const mail = mailOf();
    const answer = await deliver(mail);
    assert.ok(["c", "a"].includes(answer.verdict), answer.verdict);
    assert.deepEqual(answer.removed.toSorted(), ["Subject", "Subject", "X-Bytes", "X-Empty"]);
    assert.ok(answer.inserted.some((field) => field.startsWith("X-MXSeal-Way\0 notify")));
    assert.ok(!answer.body.includes("SECRET"));
    const type = answer.inserted.find((field) => field.startsWith("Content-Type"));
    const [name = "", value = ""] = type?.split("\0") ?? [];
    const { text = "" } = await readMail([{ name, value }], answer.body);
    const [job] = await world.jobs();
    assert.equal(job?.recipient, "team@plain.example");
    const link = /https:\S+\/m\/\S+/.exec(text)?.[0] ?? "";
    const opened = await world.open(link, job.code);
    assert.deepEqual(opened, originalBytes(fieldsOf(mail), mail.body ?? Buffer.alloc(0)));
  });

  it("learns queue IDs from Postfix and says them in its one line", async () => {
    const earlier = world.log.lines.length;
    await deliver(mailOf({ body: Buffer.from("again\r\n") }));
    const lines = world.log.lines.slice(earlier);
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.fields["queueId"], "4jY0pPASS2zJJXy");
    assert.equal(lines[0].fields["originQueueId"], "4jY0nz75RMzJJXy");
  });

  it("answers each decision in SMTP and changes nothing then", async () => {
    for (const [decision, verdict, reply] of [
      ["noVerdict", "y", /^451 4\.7\.5 /],
      ["secure", "y", /^451 4\.7\.5 /],
      ["local", "y", /^451 4\.3\.5 /],
      ["reject", "y", /^550 5\.7\.10 /],
      ["nullMx", "y", /^550 5\.1\.10 /],
      ["noSuchDomain", "y", /^550 5\.1\.2 /],
    ] as const) {
      world.decider.decisions.set("else@plain.example", sampleDecisions[decision]);
      const answer = await deliver(mailOf({ recipients: [["<else@plain.example>"]] }));
      assert.equal(answer.verdict, verdict, decision);
      assert.match(answer.reply, reply);
      assert.deepEqual([answer.body.length, answer.inserted, answer.removed], [0, [], []]);
    }
  });

  // libmilter removes by the exact name: the twin of a name, with a blank, once went by unremoved.
  it("makes a message wait whose field names it cannot remove", async () => {
    for (const name of ["Subject ", "X-Bytes\t", "Sub\u00fcject"]) {
      const answer = await deliver(mailOf({ headers: [...headers, [name, " SECRET"]] }));
      const waits = answer.verdict === "t" || answer.reply.startsWith("4");
      assert.ok(waits, JSON.stringify([name, answer.verdict, answer.removed]));
      assert.deepEqual([answer.inserted, answer.removed], [[], []]);
    }
  });

  it("never processes several recipients at once", async () => {
    const answer = await deliver(
      mailOf({ recipients: [[`<${sealTo}>`], ["<else@plain.example>"]] }),
    );
    assert.match(answer.reply, /^451 4\.3\.5 /);
  });

  it("passes its own notification when it comes back", async () => {
    const first = await deliver(mailOf({ body: Buffer.from("returning\r\n") }));
    const returned = first.inserted
      .map((field) => field.split("\0"))
      .map(([name = "", value = ""]): readonly [string, string] => [name, value]);
    const sealed = await world.store.sealed.count();
    const again = await deliver(mailOf({ headers: returned, body: first.body }));
    assert.ok(["c", "a"].includes(again.verdict));
    assert.equal(again.body.length, 0);
    assert.deepEqual(again.removed, ["X-MXSeal-Way"]);
    assert.deepEqual(
      again.inserted.map((field) => field.split("\0")[0]),
      ["X-MXSeal-Way"],
    );
    assert.equal(await world.store.sealed.count(), sealed);
  });

  it("makes the message wait when the code fails, and says so", async () => {
    world.decider.decisions.set("bug@plain.example", { kind: "nonsense" } as never);
    const answer = await deliver(mailOf({ recipients: [["<bug@plain.example>"]] }));
    assert.ok(
      answer.verdict === "t" || answer.reply.startsWith("4"),
      answer.verdict + answer.reply,
    );
    assert.match(world.log.at("error").at(-1)?.text ?? "", /milter failed: TypeError/);
  });

  it("seals many at a time, each with its own content", async () => {
    const bodies = Array.from({ length: 8 }, (_, index) => Buffer.alloc(300_000, `body ${index} `));
    const earlier = await world.store.sealed.count();
    const answers = await Promise.all(bodies.map((body) => deliver(mailOf({ body }))));
    assert.ok(answers.every(({ verdict }) => verdict === "c" || verdict === "a"));
    assert.equal(await world.store.sealed.count(), earlier + bodies.length);
    const hashes = answers.map(({ body }) => createHash("sha256").update(body).digest("hex"));
    assert.equal(new Set(hashes).size, bodies.length);
  });

  it("says plainly when a second one is started where one listens", async () => {
    const second = new MilterService({ path }, world.port(), world.log);
    await assert.rejects(
      second.start(),
      (error) => error instanceof MxsealError && error.code === "MXSEAL_LISTEN_FAILED",
    );
  });
});
