import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { checkWordsOf } from "../../src/seal/check-words.ts";
import { lookupIdOf } from "../../src/seal/link-token.ts";
import { formatManageToken, manageIdOf } from "../../src/seal/manage-token.ts";
import { wrapForSender } from "../../src/seal/manage-wrap.ts";
import { unwrapMessageKey } from "../../src/seal/message-key.ts";
import type { NewSealedMessage } from "../../src/store/sealed-store.ts";
import type { Store } from "../../src/store/store.ts";
import { readAll, sampleLimits, sealMessage } from "../store/sample-message.ts";
import { cliHarness } from "./cli-harness.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const id = "K7QF3MRT";

function seal(store: Store, change: Partial<NewSealedMessage> & { readonly id: string }) {
  const times = { createdAt: nowMs - hourMs, expiresAt: nowMs + 30 * dayMs };
  return sealMessage(store, change.id, { ...times, ...change });
}

async function lock(store: Store, times = 20, atMs = nowMs): Promise<void> {
  for (let number = 0; number < times; number += 1) {
    await store.sealed.countAttempt(`lookup-${id}`, `n${number}`, atMs, sampleLimits);
  }
}

describe("mxseal message list", () => {
  it("lists the newest first, with state, ends and both sides", async () => {
    await using cli = await cliHarness({ nowMs });
    await seal(cli.store, { id });
    await seal(cli.store, { id: "AAAABBBB", createdAt: nowMs - 2 * hourMs });
    await cli.store.manage.recall("AAAABBBB", nowMs);
    const { code, out } = await cli.run("message", "list");
    assert.equal(code, 0);
    assert.deepEqual(out.split("\n"), [
      "ID        STATE     SEALED             UNTIL              FROM               TO",
      "K7QF3MRT  waiting   2026-11-23 11:00Z  2026-12-23 12:00Z  alice@own.example  bob@far.example",
      "AAAABBBB  recalled  2026-11-23 10:00Z  2026-12-23 12:00Z  alice@own.example  bob@far.example",
      "",
    ]);
  });

  it("narrows by sender, recipient, age and state, and stops at a limit", async () => {
    await using cli = await cliHarness({ nowMs });
    await seal(cli.store, { id: "ONE", sender: "otto@own.example" });
    await seal(cli.store, { id: "TWO", recipient: "eva@other.example" });
    await seal(cli.store, { id: "OLD", createdAt: nowMs - 9 * dayMs });
    const ids = async (...words: readonly string[]) => {
      const { out } = await cli.run("message", "list", "--json", ...words);
      return out
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => (JSON.parse(line) as { readonly id: string }).id);
    };
    assert.deepEqual(await ids("--sender", "OTTO@own.example"), ["ONE"]);
    assert.deepEqual(await ids("--recipient", "@other.example"), ["TWO"]);
    assert.deepEqual(await ids("--since", "7d"), ["TWO", "ONE"]);
    assert.deepEqual(await ids("--state", "opened"), []);
    assert.deepEqual(await ids("--limit", "1"), ["TWO"]);
    const none = await cli.run("message", "list", "--state", "locked");
    assert.equal(none.out, "No such message.\n");
    assert.equal((await cli.run("message", "list", "--since", "soon")).code, 1);
  });

  it("goes through more messages than fit on a page, each once", async () => {
    await using cli = await cliHarness({ nowMs });
    for (let number = 0; number < 501; number += 1) {
      await seal(cli.store, { id: `M${number}`, chunkCount: 3 });
    }
    const { out } = await cli.run("message", "list", "--json");
    const lines = out.split("\n").filter((line) => line !== "");
    assert.equal(new Set(lines).size, 501);
    assert.equal(lines.length, 501);
  });

  it("shows no secret in any form", async () => {
    await using cli = await cliHarness({ nowMs });
    const manage = { id: "manage-secret", wrap: Buffer.from("wrap-secret") };
    await seal(cli.store, { id, manage });
    for (const words of [["list"], ["list", "--json"], ["show", id], ["show", id, "--json"]]) {
      const { out } = await cli.run("message", ...words);
      assert.ok(out.includes(id));
      assert.doesNotMatch(out, /secret|lookup|wrap|salt|manage/);
    }
  });
});

describe("mxseal message", () => {
  it("shows everything known of a message, also when its number is typed small", async () => {
    await using cli = await cliHarness({ nowMs });
    await seal(cli.store, { id });
    await cli.store.sealed.resetAttempts(`lookup-${id}`, nowMs - 60_000, "n1", Buffer.from("salt"));
    await lock(cli.store);
    const { out } = await cli.run("message", "show", id.toLowerCase());
    assert.match(out, /^Message: {5}K7QF3MRT\nFrom: {8}alice@own\.example\n/);
    assert.match(out, /State: {7}locked until 2026-11-24 12:00Z after too many wrong codes/);
    assert.match(out, /Opened: {6}first on 2026-11-23 11:59Z/);
    assert.match(out, /Wrong codes: 20, in all 20/);
    const json: unknown = JSON.parse((await cli.run("message", "show", id, "--json")).out);
    assert.deepEqual(json, {
      id,
      state: "locked",
      sender: "alice@own.example",
      recipient: "bob@far.example",
      sizeBytes: 15_000,
      way: "portal",
      originQueueId: "4XyZ",
      createdAt: "2026-11-23T11:00:00.000Z",
      expiresAt: "2026-12-23T12:00:00.000Z",
      firstOpenedAt: "2026-11-23T11:59:00.000Z",
      codeRenewedAt: null,
      rememberedCodeId: null,
      recalledAt: null,
      lockedAt: "2026-11-23T12:00:00.000Z",
      lockedUntil: "2026-11-24T12:00:00.000Z",
      wrongCodes: 20,
      wrongCodesInAll: 20,
    });
  });

  it("says so when there is no such message, and does not repeat a link", async () => {
    await using cli = await cliHarness({ nowMs });
    for (const action of ["show", "recall", "unlock", "reissue", "purge"]) {
      const { code, out, err } = await cli.run("message", action, "NOSUCH00");
      assert.deepEqual([code, out], [1, ""], action);
      assert.match(err, /There is no message NOSUCH00; `mxseal message list`/);
    }
    const link = `https://post.own.example/s/${"A".repeat(43)}`;
    for (const text of [link, "A".repeat(43)]) {
      const { code, err } = await cli.run("message", "recall", text);
      assert.equal(code, 2);
      assert.match(err, /looks like a link/);
      assert.ok(!err.includes("AAAA"));
    }
    assert.match((await cli.run("message", "show", "a b")).err, /"a b" is not the number/);
  });

  it("takes a message back, once", async () => {
    await using cli = await cliHarness({ nowMs });
    await seal(cli.store, { id });
    const first = await cli.run("message", "recall", id);
    assert.equal(first.out, `Message ${id} was taken back; its content is deleted.\n`);
    await assert.rejects(readAll(cli.store, id), { code: "MXSEAL_MESSAGE_GONE" });
    const again = await cli.run("message", "recall", id);
    assert.equal(again.code, 1);
    assert.match(again.err, /was taken back on 2026-11-23 12:00Z/);
    assert.match((await cli.run("message", "show", id)).out, /taken back on .*, content deleted/);
  });

  it("moves the end, by a span or to a day, within an hour and a year", async () => {
    await using cli = await cliHarness({ nowMs });
    await seal(cli.store, { id });
    const end = async (...words: readonly string[]) => {
      const { code, out, err } = await cli.run("message", "extend", id, ...words);
      return code === 0 ? (/until (.*)\.\n/.exec(out)?.[1] ?? "") : err;
    };
    assert.equal(await end("--by", "7d"), "2026-12-30 12:00Z");
    assert.equal(await end("--by", "7d"), "2027-01-06 12:00Z");
    assert.equal(await end("--until", "2026-12-24"), "2026-12-25 00:00Z");
    assert.equal(await end("--until", "2026-11-23T14:00+01:00"), "2026-11-23 13:00Z");
    assert.equal(await end("--until", "365d"), "2027-11-23 12:00Z");
    for (const words of [
      ["--until", "366d"],
      ["--until", "2026-11-22"],
      ["--by", "1s"],
    ]) {
      assert.match(await end(...words), /an hour to 365 days from now/, words.join(" "));
    }
    assert.match(await end("--by", "soon"), /"soon" is no span/);
    assert.match(await end("--until", "2027-02-30"), /is no end/);
    assert.match(await end(), /either --until 2027-01-31 or --by 7d/);
    assert.match(await end("--by", "1d", "--until", "2d"), /either/);
    const { expiresAt } = (await cli.store.manage.findById(id)) ?? {};
    assert.equal(expiresAt, nowMs + 365 * dayMs);
  });

  it("unlocks, unless only a new code helps", async () => {
    await using cli = await cliHarness({ nowMs });
    await seal(cli.store, { id });
    await lock(cli.store);
    assert.match((await cli.run("message", "unlock", id)).out, /can try again/);
    assert.equal((await cli.store.manage.findById(id))?.wrongCodes, 0);
    for (let day = 0; day < 5; day += 1) await lock(cli.store, 20, nowMs + day * dayMs);
    const { code, err } = await cli.run("message", "unlock", id);
    assert.equal(code, 1);
    assert.match(err, /only a new code helps/);
  });

  it("deletes every trace, when told twice", async () => {
    await using cli = await cliHarness({ nowMs });
    await seal(cli.store, { id });
    const asked = await cli.run("message", "purge", id);
    assert.equal(asked.code, 2);
    assert.match(asked.err, /Say --yes/);
    assert.notEqual(await cli.store.manage.findById(id), undefined);
    assert.equal((await cli.run("message", "purge", id, "--yes")).code, 0);
    assert.equal(await cli.store.manage.findById(id), undefined);
  });

  it("asks for an address where there is none to look for", async () => {
    await using cli = await cliHarness({ nowMs });
    await seal(cli.store, { id });
    for (const option of ["--sender", "--recipient"]) {
      for (const text of ["foo", "@", ""]) {
        const { code, err } = await cli.run("message", "list", option, text);
        assert.notEqual(code, 0, text);
        assert.match(err, /user@example\.com, or @example\.com/);
      }
    }
  });

  it("does nothing to what has expired, nor to what went out as a PDF", async () => {
    await using cli = await cliHarness({ nowMs });
    await seal(cli.store, { id: "OVER", expiresAt: nowMs });
    await seal(cli.store, { id: "PDF", way: "pdf" });
    for (const [name, text] of [
      ["OVER", /has expired/],
      ["PDF", /PDF/],
    ] as const) {
      for (const words of [
        ["recall", name],
        ["extend", name, "--until", "7d"],
        ["reissue", name],
        ["unlock", name],
      ]) {
        const { code, err } = await cli.run("message", ...words);
        assert.equal(code, 1);
        assert.match(err, text, words.join(" "));
      }
    }
  });
});

describe("mxseal message reissue", () => {
  const token = randomBytes(32);
  const linkToken = randomBytes(32);
  const messageKey = randomBytes(32);
  const pepper = randomBytes(32);
  const lookupId = lookupIdOf(linkToken);
  const recipient = "bob@far.example";
  const link = `https://post.own.example/s/${formatManageToken(token)}`;

  async function sealForSender(store: Store): Promise<void> {
    const wrap = wrapForSender(token, { lookupId, recipient }, { messageKey, linkToken });
    await seal(store, { id, lookupId, recipient, manage: { id: manageIdOf(token), wrap } });
  }

  it("makes a code that opens the same link, from the sender's link on standard input", async () => {
    for (const input of [`${link}\n`, `${link}?lang=de`, formatManageToken(token)]) {
      await using cli = await cliHarness({ nowMs, input, pepper, language: "en" });
      await sealForSender(cli.store);
      const { code, out, err } = await cli.run("message", "reissue", id);
      assert.deepEqual([code, err], [0, ""]);
      const fresh = /^Code: {8}(\S+)$/m.exec(out)?.[1] ?? "";
      assert.match(out, /^Spoken: {6}\S+ /m);
      assert.ok(out.includes(checkWordsOf(linkToken).en));
      assert.ok(!out.includes(formatManageToken(token)));
      const row = await cli.store.manage.findById(id);
      assert.ok(row);
      const context = { token: linkToken, code: fresh, pepper };
      assert.deepEqual(await unwrapMessageKey({ ...row, ...context }), messageKey);
    }
  });

  it("refuses what is no sender's link, and that of another message, without repeating it", async () => {
    const other = formatManageToken(randomBytes(32));
    const cases: readonly (readonly [input: string, code: number, text: RegExp])[] = [
      ["", 2, /no sender's link/],
      ["hello\n", 2, /no sender's link/],
      [`https://post.own.example/m/${other}\n`, 2, /no sender's link/],
      [`https://post.own.example/s/${other}\n`, 1, /another message/],
    ];
    for (const [input, expected, text] of cases) {
      await using cli = await cliHarness({ nowMs, input, pepper });
      await sealForSender(cli.store);
      const { code, out, err } = await cli.run("message", "reissue", id);
      assert.deepEqual([code, out], [expected, ""], input);
      assert.match(err, text);
      assert.ok(!err.includes(other));
      assert.equal((await cli.store.manage.findById(id))?.codeRenewedAt, null);
    }
  });

  it("says in its help why the link is needed", async () => {
    await using cli = await cliHarness({ nowMs });
    const { out } = await cli.run("message", "reissue", "--help");
    assert.match(out, /Neither the store nor the key files can make one/);
  });
});
