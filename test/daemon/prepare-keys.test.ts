/** The keys of a start: made once, never over what depends on others, never taken for others. */
import assert from "node:assert/strict";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { prepareKeys } from "../../src/daemon/prepare-keys.ts";
import { requireKnownKeys } from "../../src/gate/known-keys.ts";
import { loadPortalKeys } from "../../src/seal/key-files.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { sealMessage } from "../store/sample-message.ts";
import { domainOf } from "../support/full-verdict.ts";
import { install } from "../support/mxseal-process.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { tempDirectory } from "../support/temp-directory.ts";

interface World {
  readonly config: Config;
  readonly store: Store;
  readonly log: RecordingLog;
  readonly sealKey: string;
  readonly portalKey: string;
  prepare(): Promise<void>;
}

function behaviour(name: string, work: (world: World) => Promise<void>): void {
  it(name, async () => {
    await using directory = await tempDirectory();
    const config = await loadConfig((await install(directory.path)).configPath);
    const log = new RecordingLog();
    const prepare = (): Promise<void> => prepareKeys(config, log);
    await prepare();
    await using store = await openStore(config.store.path);
    const [sealKey, portalKey] = ["seal.key", "portal.key"].map((file) =>
      join(config.keys.directory, file),
    );
    assert.ok(sealKey !== undefined && portalKey !== undefined);
    await work({ config, store, log, sealKey, portalKey, prepare });
  });
}

async function removeBoth({ sealKey, portalKey }: World): Promise<void> {
  await rm(sealKey);
  await rm(portalKey);
}

/** Two well-formed keys of one file, each in the other's place. */
async function swapLines(path: string, names: readonly [string, string]): Promise<void> {
  const [one, other] = names;
  const text = await readFile(path, "latin1");
  const swapped = text.replace(/^(\w+) /gm, (line, name: string) =>
    name === one ? `${other} ` : name === other ? `${one} ` : line,
  );
  await writeFile(path, swapped);
}

const foreign = {
  code: "MXSEAL_KEY_FILE_UNUSABLE",
  message: /not those that the store's messages/,
};
const missing = { code: "MXSEAL_KEY_FILE_UNUSABLE", message: /is missing.*restore them/ };

const dependents: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  "a sealed message": (store) => sealMessage(store, "m1"),
  "a code that stays, without a message": async (store) => {
    const code = {
      owner: { senderDomain: domainOf("own.example"), recipient: "bob@far.example" },
      form: "drawn",
      publicKey: Buffer.alloc(32),
      wrappedPrivateKey: Buffer.alloc(60),
      salt: Buffer.alloc(16),
      guard: Buffer.alloc(8),
      madeBy: "alice@own.example",
      madeAt: 1,
    } as const;
    await sealMessage(store, "m1", { expiresAt: 5000, code: { kind: "new-remembered", code } });
    // A code that was never told does not stay.
    const told = await store.codeJobs.ripe({ quietSince: 5000, overdueSince: 5000 }, 10);
    await store.codeJobs.complete(told.map(({ id }) => id));
    await store.sealed.sweep(5000, 10);
  },
  "a reply that waits, without its message": async (store) => {
    await sealMessage(store, "m1", { expiresAt: 5000 });
    const reply = { messageId: "m1", number: 1, sealedContent: Buffer.alloc(40), createdAt: 2000 };
    await store.replies.add(reply);
    await store.sealed.sweep(5000, 10);
  },
};

describe("the keys of a start", () => {
  for (const [what, depend] of Object.entries(dependents)) {
    behaviour(`are not made anew over ${what}`, async (world) => {
      await depend(world.store);
      await removeBoth(world);
      await assert.rejects(world.prepare(), missing);
      await assert.rejects(world.prepare(), missing);
    });
  }

  behaviour("are made anew while nothing depends on them", async (world) => {
    const before = await readFile(world.sealKey);
    await removeBoth(world);
    await world.prepare();
    assert.notDeepEqual(await readFile(world.sealKey), before);
    await sealMessage(world.store, "m1");
    await world.prepare();
  });

  behaviour("are refused when they are another installation's", async (world) => {
    await sealMessage(world.store, "m1");
    await rename(world.portalKey, `${world.portalKey}.right`);
    const other = Buffer.alloc(32, 7).toString("base64url");
    await writeFile(world.portalKey, `mxseal-keys 1\npepper ${other}\nsession ${other}\n`, {
      mode: 0o640,
    });
    await assert.rejects(world.prepare(), foreign);
    const { keyMarks } = world.store;
    const keys = await loadPortalKeys(world.config.keys.directory);
    await assert.rejects(requireKnownKeys(keyMarks, keys), foreign);
    await rename(`${world.portalKey}.right`, world.portalKey);
    await world.prepare();
  });

  behaviour("are refused when two of them have changed places", async (world) => {
    await sealMessage(world.store, "m1");
    await swapLines(world.sealKey, ["token", "job"]);
    await assert.rejects(world.prepare(), foreign);
  });

  behaviour("that lie beside an empty new store are told of", async (world) => {
    const { config, log } = world;
    assert.deepEqual(log.at("warn"), []);
    for (const end of ["", "-wal", "-shm"]) await rm(`${config.store.path}${end}`, { force: true });
    await world.prepare();
    assert.match(log.at("warn")[0]?.text ?? "", /the store was not there and begins empty/);
  });
});
