/** A mail that holds the code of a sealed message to the same recipient. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { renewCode } from "../../src/gate/renew-code.ts";
import { holdRefusalReply } from "../../src/listen/hold-reply.ts";
import type { HeaderField } from "../../src/mime/header.ts";
import { drawCode } from "../../src/seal/code.ts";
import { guardOf } from "../../src/seal/code-key.ts";
import { CodeMakerProcess } from "../../src/seal/code-maker.ts";
import { parseManageToken } from "../../src/seal/manage-token.ts";
import { prepareCode } from "../../src/seal/message-key.ts";
import type { GuardStore } from "../../src/store/remembered-store.ts";
import { faulty } from "./faulty-guards.ts";
import { HoldWorld, messageOf, sealTo } from "./hold-world.ts";

async function sealedCode(world: HoldWorld) {
  await world.send();
  const job = (await world.jobs()).at(-1);
  assert.ok(job);
  return job;
}

const html = (code: string) =>
  `Content-Type: text/html; charset=utf-8\r\n\r\n<p>Der Code: <b>${code.replaceAll("-", "</b>-<b>")}</b></p>\r\n`;

describe("a mail with the code of a sealed message to the same recipient", () => {
  for (const [where, body] of [
    ["in its text", (code: string) => `Der Code ist ${code}.\r\n`],
    [
      "typed small and without dashes",
      (code: string) => `${code.toLowerCase().replaceAll("-", "")}\r\n`,
    ],
    ["in a quoted text", (code: string) => `> Code: ${code}\r\n`],
  ] as const) {
    it(`is refused, with the words that help: ${where}`, async () => {
      await using world = await HoldWorld.create();
      const { code, id } = await sealedCode(world);
      const outcome = await world.send({ body: Buffer.from(body(code)) });
      assert.deepEqual(outcome, { kind: "refuse", why: { kind: "code-leak", id } });
      assert.equal(await world.store.sealed.count(), 1, "nothing was sealed");
      assert.match(
        String(holdRefusalReply({ kind: "code-leak", id }).text),
        /tell the code by phone/,
      );
      const lines = JSON.stringify(world.log.lines);
      assert.ok(!lines.includes(code) && !lines.includes(code.replaceAll("-", "")));
    });
  }

  const mime = (type: string, encoding: string) => [
    { name: "From", value: " j@own.example" },
    { name: "MIME-Version", value: " 1.0" },
    { name: "Content-Type", value: ` ${type}` },
    { name: "Content-Transfer-Encoding", value: ` ${encoding}` },
  ];

  it("is refused however it is encoded, and whichever part or field holds it", async () => {
    await using world = await HoldWorld.create();
    const { code } = await sealedCode(world);
    const base64 = Buffer.from(`Grüße! ${code}`).toString("base64");
    const mixed = `--b\r\nContent-Type: text/plain\r\n\r\nsiehe unten\r\n--b\r\n${html(code)}--b--\r\n`;
    const split = `Code: ${code.slice(0, 6)}=\r\n${code.slice(6)}\r\n`;
    const file = (type: string, content: string, name = "x") =>
      `--b\r\nContent-Type: text/plain\r\n\r\nanbei\r\n--b\r\nContent-Type: ${type}\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${content}\r\n--b--\r\n`;
    const forwarded = `Subject: Code\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}`;
    const attached = [
      file("message/rfc822", forwarded),
      file("text/plain; charset=utf-8", `Code ${code}`),
      file("text/html", `<p>${code.replaceAll("-", "<i>-</i>")}</p>`),
      file("application/pdf", "%PDF", `Befund ${code}.pdf`),
    ];
    const cases: readonly (readonly [readonly HeaderField[], string])[] = [
      [mime("text/plain; charset=utf-8", "base64"), `${base64}\r\n`],
      [mime("text/plain; charset=utf-8", "quoted-printable"), split],
      [mime("multipart/alternative; boundary=b", "7bit"), mixed],
      [[...mime("text/plain", "7bit"), { name: "Subject", value: ` ${code}` }], "text\r\n"],
      [
        [
          ...mime("text/plain", "7bit"),
          { name: "Subject", value: ` =?utf-8?B?${Buffer.from(code).toString("base64")}?=` },
        ],
        "text\r\n",
      ],
      ...attached.map((body) => [mime("multipart/mixed; boundary=b", "7bit"), body] as const),
    ];
    for (const [fields, body] of cases) {
      const outcome = await world.send({ message: { fields }, body: Buffer.from(body) });
      assert.equal(outcome.kind === "refuse" && outcome.why.kind, "code-leak", body);
    }
  });

  it("is refused from every sender of ours, and whatever the case of the recipient", async () => {
    await using world = await HoldWorld.create();
    const { code } = await sealedCode(world);
    const recipient = { address: sealTo.toUpperCase(), notify: undefined, orcpt: undefined };
    const seal = world.decider.decisions.get(sealTo);
    assert.ok(seal);
    world.decider.decisions.set(recipient.address, seal);
    const message = { sender: "anna@own.example", recipients: [recipient] };
    const outcome = await world.send({ message, body: Buffer.from(code) });
    assert.equal(outcome.kind === "refuse" && outcome.why.kind, "code-leak");
  });

  it("is refused for a renewed and for a remembered code, not for the old one any more", async () => {
    await using world = await HoldWorld.create();
    const { code: old, manageLink = "" } = await sealedCode(world);
    const [message] = await world.store.manage.list({}, world.clock.now(), { limit: 1 });
    const token = parseManageToken(manageLink.split("/").at(-1) ?? "");
    assert.ok(message !== undefined && token !== undefined);
    const { pepper } = world.keys;
    const nowMs = world.clock.now();
    const wanted = { kind: "remembered" } as const;
    const renewed = await renewCode(world.store.manage, { message, token, pepper, nowMs, wanted });
    const refused = await world.send({ body: Buffer.from(renewed?.code ?? "") });
    assert.equal(refused.kind === "refuse" && refused.why.kind, "code-leak");
    assert.equal((await world.send({ body: Buffer.from(`war ${old}\r\n`) })).kind, "notify");
  });

  it("is refused for an agreed code that opens later messages only", async () => {
    await using world = await HoldWorld.create();
    const code = drawCode();
    const { salt, codeKey } = await prepareCode(code, world.keys.pepper);
    const guards: GuardStore = {
      guardsOf: async () => [
        { messageId: undefined, form: "drawn", salt, guard: guardOf(codeKey) },
      ],
    };
    const outcome = await world.send({ body: Buffer.from(code) }, world.port({ guards }));
    assert.deepEqual(outcome, { kind: "refuse", why: { kind: "code-leak", id: undefined } });
    const reply = holdRefusalReply({ kind: "code-leak", id: undefined });
    assert.match(String(reply.text), /the code of later sealed messages to the same recipient/);
  });

  it("is sealed when the code is another one, another recipient's, or of what is over", async () => {
    await using world = await HoldWorld.create();
    const { code, id } = await sealedCode(world);
    assert.equal((await world.send({ body: Buffer.from("K7QF-3MRT-9XW7") })).kind, "notify");
    const other = { address: "otto@partner.example", notify: undefined, orcpt: undefined };
    const seal = world.decider.decisions.get(sealTo);
    assert.ok(seal);
    world.decider.decisions.set(other.address, seal);
    const elsewhere = { message: { recipients: [other] }, body: Buffer.from(code) };
    assert.equal((await world.send(elsewhere)).kind, "notify");
    const far = Buffer.concat([Buffer.alloc(300_000, "text\r\n"), Buffer.from(code)]);
    assert.equal((await world.send({ body: far })).kind, "notify", "beyond what is looked at");
    await world.store.manage.recall(id, world.clock.now());
    assert.equal((await world.send({ body: Buffer.from(code) })).kind, "notify");
    assert.ok(messageOf().recipients.length === 1);
  });

  // Its derivation ended the process that derives, and the milter with it, at every try anew.
  it("passes over a guard whose row is damaged", async () => {
    await using world = await HoldWorld.create();
    const { code } = await sealedCode(world);
    const damaged: GuardStore = {
      guardsOf: async (...asked) => {
        const guards = await world.store.remembered.guardsOf(...asked);
        return guards.map((guard) => ({ ...guard, salt: guard.salt.subarray(0, 15) }));
      },
    };
    const port = world.port({
      guards: damaged,
      startDeriver: () => new CodeMakerProcess(world.keys.pepper),
    });
    assert.equal((await world.send({ body: Buffer.from(code) }, port)).kind, "notify");
  });

  it("waits when the store cannot tell", async () => {
    await using world = await HoldWorld.create();
    const { code } = await sealedCode(world);
    const port = world.port({ guards: faulty });
    const outcome = await world.send({ body: Buffer.from(code) }, port);
    assert.deepEqual(outcome, { kind: "wait", why: "trouble" });
  });

  it("costs one derivation at a time, however many messages hold what may be a code", async () => {
    await using world = await HoldWorld.create();
    await sealedCode(world);
    let [alive, mostAlive, running, most] = [0, 0, 0, 0];
    const startDeriver = () => {
      alive += 1;
      mostAlive = Math.max(mostAlive, alive);
      return {
        derive: async () => {
          running += 1;
          most = Math.max(most, running);
          await setImmediate();
          running -= 1;
          return Buffer.alloc(32);
        },
        [Symbol.asyncDispose]: async () => void (alive -= 1),
      };
    };
    const port = world.port({ startDeriver });
    const mails = [1, 2, 3, 4, 5].map(
      (number) => `${number}: ${[1, 2, 3, 4].map(drawCode).join(", ")}`,
    );
    const sent = await Promise.all(
      mails.map((body) => world.send({ body: Buffer.from(body) }, port)),
    );
    assert.ok(sent.every(({ kind }) => kind === "notify"));
    const seen = { alive, mostAlive, running, most };
    assert.deepEqual(seen, { alive: 0, mostAlive: 1, running: 0, most: 1 });
  });

  it("is known in a process of its own as well", async () => {
    await using world = await HoldWorld.create();
    const { code } = await sealedCode(world);
    const { pepper } = world.keys;
    const port = world.port({ startDeriver: () => new CodeMakerProcess(pepper) });
    const outcome = await world.send({ body: Buffer.from(`Code ${code}`) }, port);
    assert.equal(outcome.kind === "refuse" && outcome.why.kind, "code-leak");
  });
});
