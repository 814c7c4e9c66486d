import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { createKeyFiles, loadPortalKeys, loadSealKeys } from "../../src/seal/key-files.ts";
import { mutate, seededRandom } from "../support/random.ts";

async function withDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "mxseal-keys-"));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

function unusable(words: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof MxsealError &&
    error.code === "MXSEAL_KEY_FILE_UNUSABLE" &&
    words.test(error.message);
}

describe("key files", () => {
  it("are created with fresh keys that both processes load alike", () =>
    withDirectory(async (directory) => {
      const created = await createKeyFiles(directory);
      assert.deepEqual(created, [join(directory, "seal.key"), join(directory, "portal.key")]);
      const seal = await loadSealKeys(directory);
      const portal = await loadPortalKeys(directory);
      assert.deepEqual(portal.pepper, seal.pepper);
      const keys = [seal.tokenKey, seal.jobKey, seal.markKey, seal.pepper, portal.sessionKey];
      assert.ok(keys.every((key) => key.length === 32));
      assert.equal(new Set(keys.map((key) => key.toString("hex"))).size, 5);
    }));

  it("are readable for their owner, and the portal's for its group, and leave no draft", () =>
    withDirectory(async (directory) => {
      await createKeyFiles(directory);
      const modeOf = async (name: string): Promise<number> =>
        (await stat(join(directory, name))).mode & 0o777;
      assert.equal(await modeOf("seal.key"), 0o600);
      assert.equal(await modeOf("portal.key"), 0o640);
      assert.deepEqual((await readdir(directory)).sort(), ["portal.key", "seal.key"]);
    }));

  it("are never overwritten", () =>
    withDirectory(async (directory) => {
      await createKeyFiles(directory);
      const before = await readFile(join(directory, "seal.key"));
      assert.deepEqual(await createKeyFiles(directory), []);
      assert.deepEqual(await readFile(join(directory, "seal.key")), before);
    }));

  it("are one set, whoever of several processes at once was first", () =>
    withDirectory(async (directory) => {
      const runs = await Promise.allSettled(
        Array.from({ length: 8 }, () => createKeyFiles(directory)),
      );
      for (const run of runs) {
        if (run.status === "rejected") assert.ok(unusable(/same moment|missing/)(run.reason));
      }
      assert.equal((await loadSealKeys(directory)).tokenKey.length, 32);
      assert.deepEqual((await readdir(directory)).sort(), ["portal.key", "seal.key"]);
    }));

  it("are not made anew when one of the two was lost", () =>
    withDirectory(async (directory) => {
      await createKeyFiles(directory);
      await rm(join(directory, "portal.key"));
      await assert.rejects(createKeyFiles(directory), unusable(/portal\.key is missing/));
      await assert.rejects(loadSealKeys(directory), unusable(/portal\.key is missing/));
    }));

  it("are refused when others may read or change them", () =>
    withDirectory(async (directory) => {
      await createKeyFiles(directory);
      const path = join(directory, "portal.key");
      for (const [mode, accepted] of [
        [0o600, true],
        [0o640, true],
        [0o400, true],
        [0o644, false],
        [0o660, false],
        [0o602, false],
      ] as const) {
        await chmod(path, mode);
        const loading = loadPortalKeys(directory);
        if (accepted) await loading;
        else await assert.rejects(loading, unusable(/has mode 0/), mode.toString(8));
      }
    }));

  it("are refused as symbolic links, directories and files of another kind", () =>
    withDirectory(async (directory) => {
      await createKeyFiles(directory);
      const path = join(directory, "portal.key");
      const text = await readFile(path);
      await writeFile(join(directory, "elsewhere"), text, { mode: 0o600 });
      await rm(path);
      await symlink(join(directory, "elsewhere"), path);
      await assert.rejects(loadPortalKeys(directory), unusable(/symbolic link/));
      await rm(path);
      await writeFile(path, Buffer.alloc(5000, 65), { mode: 0o600 });
      await assert.rejects(loadPortalKeys(directory), unusable(/not a key file/));
    }));

  it("are loaded whole or not at all, and no error quotes a key", () =>
    withDirectory(async (directory) => {
      await createKeyFiles(directory);
      const path = join(directory, "portal.key");
      const good = await readFile(path);
      const secrets = good.toString().match(/[\w-]{43}/g) ?? [];
      assert.equal(secrets.length, 2);
      const random = seededRandom(17);
      for (let count = 0; count < 300; count += 1) {
        await writeFile(path, mutate(good, random), { mode: 0o600 });
        try {
          const keys = await loadPortalKeys(directory);
          assert.equal(keys.pepper.length + keys.sessionKey.length, 64);
        } catch (error) {
          assert.ok(unusable(/begin with|does not hold/)(error), String(error));
          assert.ok(!secrets.some((secret) => String(error).includes(secret)));
        }
      }
    }));
});
