/** Rows that a fault of the disk or a hand has changed: told plainly, and no end of a process. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import Sqlite from "better-sqlite3";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { domainOf, failedVerdict } from "../support/full-verdict.ts";
import { tempDirectory } from "../support/temp-directory.ts";
import { sealMessage } from "./sample-message.ts";

const dayMs = 86_400_000;

interface World {
  readonly store: Store;
  /** Changes rows behind the store's back. */
  damage(statement: string): void;
}

function behaviour(name: string, work: (world: World) => Promise<void>): void {
  it(name, async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await using store = await openStore(path);
    const other = new Sqlite(path);
    try {
      other.pragma("foreign_keys = off");
      await work({ store, damage: (statement) => void other.exec(statement) });
    } finally {
      other.close();
    }
  });
}

function addRule({ rules }: Store) {
  return rules.add({
    scope: { kind: "domain", domain: domainOf("a.example") },
    action: "seal",
    leastTls: "may",
    seal: {
      way: "portal",
      expiresAfterMs: null,
      subject: "template",
      readNotice: false,
      reminderBeforeMs: null,
      sms: null,
      rememberCode: false,
    },
    reason: "",
    author: "root",
    createdAt: 1,
    expiresAt: null,
  });
}

describe("a damaged row", () => {
  for (const [what, change] of [
    ["cut short", "substr(body, 1, length(body) / 2)"],
    ["without a part", "replace(body, '\"findings\"', '\"fineings\"')"],
    ["of another domain", "replace(body, 'a.example', 'b.example')"],
    ["of an unknown status", "replace(body, '\"failed\"', '\"fakled\"')"],
  ] as const) {
    behaviour(`of a verdict ${what} counts as forgotten, and is replaced`, async (world) => {
      const { verdicts } = world.store;
      const [verdict, other] = [failedVerdict("a.example"), failedVerdict("c.example")];
      await verdicts.save(verdict);
      await verdicts.save(other);
      world.damage(`update verdict set body = ${change} where domain = 'a.example'`);
      assert.equal(await verdicts.find(verdict.domain), undefined);
      assert.deepEqual(await verdicts.list({}), [other]);
      const changes = await verdicts.changesSince(0, 10);
      assert.deepEqual(
        changes.map((one) => one.verdict),
        [undefined, other],
      );
      await verdicts.revise(verdict.domain, (old) => {
        assert.equal(old, undefined);
        return { verdict, turn: undefined };
      });
      assert.deepEqual(await verdicts.find(verdict.domain), verdict);
    });
  }

  for (const change of [
    "seal_options = substr(seal_options, 1, 20)",
    `seal_options = replace(seal_options, '"portal"', '"poral"')`,
    `seal_options = replace(seal_options, 'null', '"soon"')`,
    "action = 'sebl'",
    "least_tls = 'maz'",
  ]) {
    behaviour(`of a rule names it, and it can be removed: ${change}`, async (world) => {
      const { rules } = world.store;
      const { id } = await addRule(world.store);
      await rules.list();
      world.damage(`update rule set ${change}`);
      await assert.rejects(rules.list(), {
        code: "MXSEAL_STORE_UNUSABLE",
        message: /rule 1 in the store is damaged: remove it \(mxseal rule remove 1\)/,
      });
      assert.ok(await rules.remove(id));
      assert.deepEqual(await rules.list(), []);
    });
  }

  behaviour(
    "of a message that hides its chunks does not keep the sweep from going on",
    async (w) => {
      await sealMessage(w.store, "m1", { expiresAt: 5000 });
      w.damage("update sealed_message set chunk_count = 0");
      await w.store.sealed.sweep(5000 + 91 * dayMs, 10);
      assert.equal(await w.store.manage.findById("m1"), undefined);
      assert.equal(await w.store.sealed.sweep(5000 + 91 * dayMs, 10), 0);
    },
  );
});
