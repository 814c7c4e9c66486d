import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HeaderField } from "../../src/mime/header.ts";
import type { Decision } from "../../src/rules/decision.ts";
import { drawCode } from "../../src/seal/code.ts";
import { seededRandom } from "../support/random.ts";
import { type SampleDecision, sampleDecisions } from "../support/sample-decisions.ts";
import {
  aBody,
  aFields,
  delivered,
  HoldWorld,
  linkIn,
  messageOf,
  originalBytes,
  sealTo,
} from "./hold-world.ts";

describe("a message that is to be sealed", () => {
  it("becomes a notification with a link that opens, with the mailed code, to the very bytes", async () => {
    await using world = await HoldWorld.create();
    const outcome = await world.send();
    const { fields, body } = delivered(outcome);
    assert.deepEqual(fields[0], { name: "X-MXSeal-Way", value: " notify" });
    assert.ok(!(JSON.stringify(fields) + body.toString("latin1")).includes("SECRET"));
    const [job] = await world.jobs();
    assert.equal(job?.sender, "juergen@own.example");
    assert.equal(job.originalMessageId, "<original@own.example>");
    const opened = await world.open(await linkIn(outcome), job.code);
    assert.deepEqual(opened, originalBytes(aFields, aBody));
  });

  it("keeps odd messages byte for byte", async () => {
    await using world = await HoldWorld.create();
    const random = seededRandom(61);
    const everything = random.bytes(300_000);
    const cases: readonly (readonly [string, readonly HeaderField[], Buffer])[] = [
      ["no body", aFields, Buffer.alloc(0)],
      ["no headers", [], Buffer.from("text\r\n")],
      ["nothing at all", [], Buffer.alloc(0)],
      ["8-bit headers", [{ name: "Subject", value: " \xff\xfe\x80" }], Buffer.from("x\r\n")],
      [
        "empty values and folds",
        [
          { name: "X", value: "" },
          { name: "Y", value: "\n\tz \n " },
        ],
        aBody,
      ],
      ["NUL and bare line ends", aFields, Buffer.from("a\0b\rc\nd\r\n\r\n.\r\n..\r\n", "latin1")],
      ["long lines", aFields, Buffer.alloc(200_000, "x")],
      ["a size at the chunk border", [], Buffer.alloc(65_534, 7)],
      ["a size beyond the chunk border", [], Buffer.alloc(65_535, 7)],
      ["random bytes", aFields, everything],
    ];
    for (const [name, fields, body] of cases) {
      world.clock.advance(1000);
      const outcome = await world.send({
        message: { fields },
        body,
        pieceBytes: 1 + random.below(70_000),
      });
      const code = (await world.jobs()).at(-1)?.code ?? "";
      const opened = await world.open(await linkIn(outcome), code);
      assert.ok(opened?.equals(originalBytes(fields, body)), name);
    }
  });

  it("finds its first sealing when Postfix offers it again: same link, no second code", async () => {
    await using world = await HoldWorld.create();
    const first = await world.send();
    world.clock.advance(300_000);
    const second = await world.send({ pieceBytes: 3 });
    assert.equal(await linkIn(second), await linkIn(first));
    assert.deepEqual(delivered(second), delivered(first));
    assert.equal((await world.jobs()).length, 1);
    assert.equal(await world.store.sealed.count(), 1);
  });

  it("has one link and one code for two that come at the same moment", async () => {
    await using world = await HoldWorld.create();
    const outcomes = await Promise.all([world.send(), world.send(), world.send()]);
    const links = await Promise.all(outcomes.map(linkIn));
    assert.equal(new Set(links).size, 1);
    const jobs = await world.jobs();
    assert.equal(jobs.length, 1);
    assert.ok(await world.open(links[0] ?? "", jobs[0]?.code ?? ""));
  });

  it("has a link of its own for each recipient, and one group of codes", async () => {
    await using world = await HoldWorld.create();
    world.decider.decisions.set("otto@plain.example", sampleDecisions.seal);
    const otto = {
      address: "otto@plain.example",
      notify: undefined,
      orcpt: "rfc822;team+2Bx@plain.example",
    };
    const links = [
      await linkIn(await world.send()),
      await linkIn(await world.send({ message: { recipients: [otto] } })),
    ];
    assert.notEqual(links[0], links[1]);
    const jobs = await world.jobs();
    assert.equal(new Set(jobs.map(({ group }) => group)).size, 1);
    assert.deepEqual(
      jobs.map(({ recipient }) => recipient),
      [sealTo, "team+x@plain.example"],
    );
    assert.equal(await world.open(links[0] ?? "", jobs[1]?.code ?? ""), undefined);
  });

  it("is opened by nothing less than link, code and pepper", async () => {
    await using world = await HoldWorld.create();
    const link = await linkIn(await world.send());
    const code = (await world.jobs())[0]?.code ?? "";
    assert.equal(await world.open(link, drawCode()), undefined);
    assert.equal(await world.open(`https://x/m/${"A".repeat(43)}`, code), undefined);
    world.keys.pepper.fill(0);
    assert.equal(await world.open(link, code), undefined);
  });

  it("leaves nothing in the store's files that opens it, or that could be read", async () => {
    await using world = await HoldWorld.create();
    const link = await linkIn(await world.send());
    const code = (await world.jobs())[0]?.code ?? "";
    const token = link.split("/").at(-1) ?? "";
    const files = Buffer.concat(await world.storeFiles());
    assert.ok(files.includes("erna@plain.example"));
    const bytes = Buffer.from(token, "base64url");
    for (const secret of ["SECRET", code, code.replaceAll("-", ""), token, token.slice(0, 12)]) {
      assert.ok(!files.includes(secret), secret);
    }
    assert.ok(!files.includes(bytes.subarray(0, 8)) && !files.includes(bytes.toString("hex")));
  });

  it("leaves neither link, token, code nor text in log lines", async () => {
    await using world = await HoldWorld.create();
    const link = await linkIn(await world.send());
    const code = (await world.jobs())[0]?.code ?? "";
    const log = JSON.stringify(world.log.lines);
    for (const secret of [
      "SECRET",
      code,
      code.replaceAll("-", ""),
      link.split("/").at(-1) ?? "?",
    ]) {
      assert.ok(!log.includes(secret));
    }
    const [line] = world.log.lines;
    assert.equal(world.log.lines.length, 1);
    assert.equal(line?.level, "info");
    const { queueId, originQueueId, recipient, verdict, way } = line.fields;
    assert.deepEqual(
      { queueId, originQueueId, recipient, verdict, way },
      {
        queueId: "4jY0pPASS2zJJXy",
        originQueueId: "4jY0nz75RMzJJXy",
        recipient: sealTo,
        verdict: "failed",
        way: "notify",
      },
    );
  });

  it("is refused in words when it is too large, and leaves nothing behind", async () => {
    await using world = await HoldWorld.create();
    const port = world.port({ maxMessageBytes: 200_000 });
    const outcome = await world.send({ body: Buffer.alloc(200_000, "x") }, port);
    assert.deepEqual(outcome, { kind: "refuse", why: { kind: "too-large", maxBytes: 200_000 } });
    assert.equal(await world.store.sealed.count(), 0);
    assert.deepEqual(await world.jobs(), []);
  });

  // Postfix hands a milter the first 60 000 bytes of a field and no word of the rest: the sealed
  // copy of a mail with a long list of recipients lacked its end.
  it("is refused in words when a field may have been cut short", async () => {
    await using world = await HoldWorld.create();
    const long = (bytes: number) => [...aFields, { name: "X-L", value: "x".repeat(bytes - 4) }];
    const why = { kind: "too-long-field", maxBytes: 57_900 };
    const outcome = await world.send({ message: { fields: long(57_901) } });
    assert.deepEqual(outcome, { kind: "refuse", why });
    assert.equal(await world.store.sealed.count(), 0);
    assert.equal((await world.send({ message: { fields: long(57_900) } })).kind, "notify");
  });

  it("is refused in words when it has more fields than Postfix could edit", async () => {
    await using world = await HoldWorld.create();
    const padded = (count: number) => [
      ...aFields,
      ...Array.from({ length: count - aFields.length }, (_, index) => ({
        name: `X-${index}`,
        value: "",
      })),
    ];
    const why = { kind: "too-many-fields", maxFields: 1000 };
    for (const sender of ["juergen@own.example", ""]) {
      const outcome = await world.send({ message: { sender, fields: padded(1001) } });
      assert.deepEqual(outcome, { kind: "refuse", why });
    }
    assert.equal(await world.store.sealed.count(), 0);
    assert.equal((await world.send({ message: { fields: padded(1000) } })).kind, "notify");
  });

  it("waits when there is no address for links", async () => {
    await using world = await HoldWorld.create();
    const outcome = await world.send({}, world.port({ baseUrl: undefined }));
    assert.deepEqual(outcome, { kind: "wait", why: "no-base-url" });
    assert.equal(world.log.at("error").length, 1);
  });

  it("is refused when its time was over before Postfix was rid of it, swept or not", async () => {
    await using world = await HoldWorld.create();
    await world.send();
    world.clock.advance(31 * 86_400_000);
    const refused = { kind: "refuse", why: { kind: "expired" } };
    assert.deepEqual(await world.send(), refused);
    await world.store.sealed.sweep(world.clock.now(), 100);
    assert.deepEqual(await world.send(), refused);
    assert.deepEqual(await world.jobs(), []);
    // Nobody must be given a dead link when the clock is set back.
    world.clock.advance(-20 * 86_400_000);
    assert.deepEqual(await world.send(), refused);
  });
});

describe("a message that is not to be sealed", () => {
  const failed = sampleDecisions.reject as Decision & { kind: "reject" };
  const noMail = sampleDecisions.nullMx as Decision & { kind: "no-mail" };
  const table: readonly (readonly [SampleDecision, unknown, boolean])[] = [
    ["local", { kind: "wait", why: "misrouted" }, false],
    ["routed", { kind: "wait", why: "misrouted" }, false],
    ["secure", { kind: "wait", why: "release" }, true],
    ["clear", { kind: "wait", why: "release" }, true],
    ["noVerdict", { kind: "wait", why: "undecided" }, true],
    ["unknown", { kind: "wait", why: "undecided" }, true],
    ["ownUnproven", { kind: "wait", why: "undecided" }, true],
    ["unconfirmed", { kind: "wait", why: "undecided" }, true],
    ["badAddress", { kind: "wait", why: "undecided" }, true],
    ["reject", { kind: "refuse", why: { kind: "decided", decision: failed } }, false],
    ["nullMx", { kind: "refuse", why: { kind: "decided", decision: noMail } }, false],
  ];
  for (const [name, expected, held] of table) {
    it(`is answered by its decision (${name}), unsealed${held ? ", and noted for release" : ""}`, async () => {
      await using world = await HoldWorld.create();
      world.decider.decisions.set(sealTo, sampleDecisions[name]);
      assert.deepEqual(await world.send(), expected);
      assert.equal(await world.store.sealed.count(), 0);
      const rows = await world.store.held.list(10);
      assert.deepEqual(
        rows,
        held
          ? [
              {
                queueId: "4jY0nz75RMzJJXy",
                recipient: sealTo,
                domain: "plain.example",
                heldAt: world.clock.now(),
              },
            ]
          : [],
      );
      assert.equal(world.log.lines.length, 1);
    });
  }

  it("alarms for what an administrator must mend, and for nothing else", async () => {
    await using world = await HoldWorld.create();
    const loud: string[] = [];
    for (const [name] of table) {
      world.decider.decisions.set(sealTo, sampleDecisions[name]);
      const before = world.log.at("error").length;
      await world.send();
      if (world.log.at("error").length > before) loud.push(name);
    }
    assert.deepEqual(loud, ["local", "routed", "ownUnproven"]);
  });

  // The lookups route to the hold port the moment a verdict is there; this process reads the store
  // a few times a second and used to answer 451, which cost each first mail two seconds.
  it("asks for the newest verdict before it lets a message wait for one", async () => {
    await using world = await HoldWorld.create();
    world.decider.decisions.set(sealTo, sampleDecisions.noVerdict);
    const refresh = async (): Promise<void> => {
      world.decider.decisions.set(sealTo, sampleDecisions.seal);
    };
    const outcome = await world.send({}, world.port({ refresh }));
    assert.equal(outcome.kind, "notify");
    assert.equal(await world.store.sealed.count(), 1);
  });

  it("waits without a note when its first queue ID cannot be learned", async () => {
    await using world = await HoldWorld.create();
    world.decider.decisions.set(sealTo, sampleDecisions.secure);
    const outcome = await world.send({ message: { postfix: undefined } });
    assert.deepEqual(outcome, { kind: "wait", why: "release" });
    assert.deepEqual(await world.store.held.list(10), []);
  });

  it("is never processed with several recipients", async () => {
    await using world = await HoldWorld.create();
    const [one] = messageOf().recipients;
    assert.ok(one);
    const outcome = await world.send({ message: { recipients: [one, one] } });
    assert.deepEqual(outcome, { kind: "wait", why: "many-recipients" });
    assert.equal(world.log.at("error").length, 1);
    assert.equal(await world.store.sealed.count(), 0);
  });
});

describe("a verdict that changes while the message comes in", () => {
  for (const [from, to, expected] of [
    ["seal", "secure", { kind: "wait", why: "release" }],
    ["seal", "noVerdict", { kind: "wait", why: "undecided" }],
    ["secure", "seal", { kind: "wait", why: "undecided" }],
  ] as const) {
    it(`makes it wait (${from} to ${to}) and leaves nothing sealed`, async () => {
      await using world = await HoldWorld.create();
      world.decider.decisions.set(sealTo, sampleDecisions[from]);
      const outcome = await world.send({
        body: Buffer.alloc(200_000),
        beforeEnd: () => world.decider.decisions.set(sealTo, sampleDecisions[to]),
      });
      assert.deepEqual(outcome, expected);
      assert.equal(await world.store.sealed.count(), 0);
      assert.deepEqual(await world.jobs(), []);
    });
  }
});

describe("a message without a way for its code", () => {
  for (const [name, message, expected] of [
    [
      "a stranger's",
      { sender: "x@foreign.example" },
      { kind: "refuse", why: { kind: "no-channel", reason: "foreign-sender" } },
    ],
    [
      "a list's",
      { sender: "list-bounces+erna=plain.example@own.example" },
      { kind: "refuse", why: { kind: "no-channel", reason: "rewritten-sender" } },
    ],
    [
      "a silent copy",
      { recipients: [{ address: sealTo, notify: "NEVER", orcpt: undefined }] },
      { kind: "wait", why: "silent-copy" },
    ],
    [
      "a sender whose own servers are not proven",
      { sender: "j@cloud.example" },
      { kind: "wait", why: "unproven-sender" },
    ],
  ] as const) {
    it(`is not sealed: ${name}`, async () => {
      await using world = await HoldWorld.create();
      world.classes.set("cloud.example", "own-remote");
      assert.deepEqual(await world.send({ message }), expected);
      assert.equal(await world.store.sealed.count(), 0);
    });
  }

  it("is sealed for an own domain elsewhere that is proven", async () => {
    await using world = await HoldWorld.create();
    world.classes.set("cloud.example", "own-remote");
    world.decider.policies.set("cloud.example", "secure");
    const outcome = await world.send({ message: { sender: "j@cloud.example" } });
    assert.equal(outcome.kind, "notify");
  });
});
