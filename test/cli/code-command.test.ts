import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fillBlob, sampleJob, sampleMessage } from "../store/sample-message.ts";
import { domainOf } from "../support/full-verdict.ts";
import { type CliHarness, cliHarness } from "./cli-harness.ts";

const nowMs = Date.UTC(2026, 10, 23, 12);

async function remember(cli: CliHarness, id: string, recipient: string): Promise<void> {
  const owner = { senderDomain: domainOf("own.example"), recipient };
  const secret = Buffer.from("secret");
  const keys = { publicKey: secret, wrappedPrivateKey: secret, salt: secret, guard: secret };
  const made = { form: "drawn", madeBy: "alice@own.example", madeAt: nowMs } as const;
  const code = { kind: "new-remembered", code: { ...keys, owner, ...made } } as const;
  const message = sampleMessage(id, { recipient, code, createdAt: nowMs });
  const blob = await fillBlob(cli.store, id, nowMs);
  assert.equal(await cli.store.sealed.commit(message, blob, sampleJob()), "committed");
}

describe("mxseal code", () => {
  it("lists who has a code that stays, and forgets one", async () => {
    await using cli = await cliHarness({ nowMs });
    assert.equal((await cli.run("code", "list")).out, "No recipient has a code that stays.\n");
    await remember(cli, "m1", "erna@example.org");
    await remember(cli, "m2", "bert@example.org");
    const listed = await cli.run("code", "list");
    assert.deepEqual(listed.out.split("\n"), [
      "ID  RECIPIENT         FROM         KIND   MADE               BY",
      "2   bert@example.org  own.example  drawn  2026-11-23 12:00Z  alice@own.example",
      "1   erna@example.org  own.example  drawn  2026-11-23 12:00Z  alice@own.example",
      "",
    ]);
    const forgotten = await cli.run("code", "forget", "2");
    assert.equal(
      forgotten.out,
      "Later messages from own.example to bert@example.org have codes of their own again.\n",
    );
    const json = await cli.run("code", "list", "--json");
    assert.deepEqual(JSON.parse(json.out), {
      id: 1,
      recipient: "erna@example.org",
      senderDomain: "own.example",
      kind: "drawn",
      madeAt: "2026-11-23T12:00:00.000Z",
      madeBy: "alice@own.example",
    });
    assert.ok(!json.out.includes("secret"));
  });

  for (const id of ["0", "-1", "x", "1.5", "99999999999999999999"]) {
    it(`refuses ${id} as a number`, async () => {
      await using cli = await cliHarness({ nowMs });
      const { code, err } = await cli.run("code", "forget", "--", id);
      assert.equal(code, 2);
      assert.match(err, /not a code's number/);
    });
  }

  it("says so when there is no such code, or none any more", async () => {
    await using cli = await cliHarness({ nowMs });
    await remember(cli, "m1", "erna@example.org");
    await cli.run("code", "forget", "1");
    for (const id of ["1", "7"]) {
      const { code, err } = await cli.run("code", "forget", id);
      assert.equal(code, 1);
      assert.match(err, new RegExp(`No recipient has code ${id} now`));
    }
  });
});
