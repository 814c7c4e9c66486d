/** What an operator is told when the store's file or its disk cannot be used. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { chmod, chown, mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import Sqlite from "better-sqlite3";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { domainOf, failedVerdict } from "../support/full-verdict.ts";
import { tempDirectory } from "../support/temp-directory.ts";
import { chunksPerMessage, readAll, sealMessage } from "./sample-message.ts";

const notRoot = process.getuid?.() === 0 ? false : "mounting needs root";

/** Runs `faulty-place.ts` where `mount` holds for it alone. */
async function inMount(mount: string, task: string, directory: string) {
  const script = join(import.meta.dirname, "faulty-place.ts");
  const command = `${mount} && exec "$1" "$2" "$3" "$4"`;
  const shell = ["-m", "sh", "-c", command, "sh", process.execPath, script, task, directory];
  const { stdout } = await promisify(execFile)("unshare", shell);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

describe("the store's file", () => {
  it("is for its owner and group, whatever the umask permits", async () => {
    await using directory = await tempDirectory();
    const before = process.umask(0);
    try {
      await openOnce(join(directory.path, "open.db"));
    } finally {
      process.umask(before);
    }
    process.umask(0o027);
    try {
      await openOnce(join(directory.path, "strict.db"));
    } finally {
      process.umask(before);
    }
    const mode = async (name: string) => (await stat(join(directory.path, name))).mode & 0o777;
    assert.equal(await mode("open.db"), 0o660);
    assert.equal(await mode("strict.db"), 0o640);
  });

  it("belongs to the owner of its directory when root makes it", { skip: notRoot }, async () => {
    await using directory = await tempDirectory();
    await chown(directory.path, 65_533, 65_534);
    await openOnce(join(directory.path, "store.db"));
    const { uid, gid } = await stat(join(directory.path, "store.db"));
    assert.deepEqual([uid, gid], [65_533, 65_534]);
  });

  it("shrinks and forgets its log when messages are swept", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await using store = await openStore(path);
    await sealMessage(store, "m1", { expiresAt: 5000 });
    const blob = await store.sealed.createBlob(0);
    for (let index = 0; index < 50; index += 1) {
      await store.sealed.appendChunk(blob, index, Buffer.alloc(65_536, 1));
    }
    await store.sealed.sweep(4000, 10);
    const { size: before } = await stat(path);
    await store.sealed.sweep(4_000_000, 10);
    const { size: after } = await stat(path);
    assert.ok(before > 3_000_000 && after < 300_000, `${before} bytes, then ${after}`);
    assert.equal((await stat(`${path}-wal`)).size, 0);
    assert.equal((await readFile(path)).includes("m1/0"), false);
  });

  it("overwrites what is deleted", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    {
      await using store = await openStore(path);
      await store.rules.add({
        scope: { kind: "default" },
        action: "allow",
        leastTls: "may",
        reason: "a very secret reason",
        author: "root",
        createdAt: 1,
        expiresAt: null,
      });
      await store.rules.remove(1);
    }
    assert.equal((await readFile(path)).includes("a very secret reason"), false);
  });

  it("is refused in a directory that everybody may write to", async () => {
    await using directory = await tempDirectory();
    const shared = join(directory.path, "shared");
    await mkdir(shared);
    await chmod(shared, 0o777);
    await assert.rejects(openStore(join(shared, "store.db")), {
      code: "MXSEAL_STORE_UNUSABLE",
      message: /everybody may write/,
    });
    await chmod(shared, 0o1777);
    await openOnce(join(shared, "store.db"));
  });

  it("is refused without its directory", async () => {
    await using directory = await tempDirectory();
    await assert.rejects(openStore(join(directory.path, "missing", "store.db")), {
      code: "MXSEAL_STORE_UNUSABLE",
      message: /missing: it does not exist/,
    });
  });

  it("is refused when it is no database, and left as it was", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await writeFile(path, "This is a diary, not a database. ".repeat(100));
    await assert.rejects(openStore(path), {
      code: "MXSEAL_STORE_UNUSABLE",
      message: /store\.db is damaged or no database/,
    });
  });

  it("is refused when it is another program's database, and left as it was", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    using foreign = closing(new Sqlite(path));
    foreign.database.exec("create table bookmark (url text)");
    await assert.rejects(openStore(path), {
      code: "MXSEAL_STORE_UNUSABLE",
      message: /not a store of mxseal/,
    });
    const tables = foreign.database.prepare("select name from sqlite_schema").pluck().all();
    assert.deepEqual(tables, ["bookmark"]);
  });

  it("is refused when a newer mxseal has written it", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await openOnce(path);
    using newer = closing(new Sqlite(path));
    newer.database.pragma("user_version = 99");
    await assert.rejects(openStore(path), {
      code: "MXSEAL_STORE_TOO_NEW",
      message: /schema version 99/,
    });
  });

  it("names itself when it is damaged within", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    {
      await using store = await openStore(path);
      for (let index = 0; index < 200; index += 1) {
        await store.verdicts.save(failedVerdict(`d${index}.example`));
      }
    }
    const pageBytes = 4096;
    const { size } = await stat(path);
    const file = await open(path, "r+");
    await file.write(Buffer.alloc(size - pageBytes, 0xa5), 0, size - pageBytes, pageBytes);
    await file.close();
    const use = async () => {
      await using store = await openStore(path);
      await store.verdicts.list({});
    };
    await assert.rejects(use(), {
      code: "MXSEAL_STORE_UNUSABLE",
      message: /store\.db is damaged: restore it from a backup/,
    });
  });

  it("names itself when its tables disappear under a running process", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await using store = await openStore(path);
    using other = closing(new Sqlite(path));
    other.database.exec("drop table verdict");
    await assert.rejects(store.verdicts.save(failedVerdict("a.example")), {
      code: "MXSEAL_STORE_UNUSABLE",
      message: /does not hold the tables it should/,
    });
  });

  it("takes nothing while it is deleted under a running process, and works on in another", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    await using store = await openStore(path);
    await sealMessage(store, "m1");
    for (const end of ["", "-wal", "-shm"]) await rm(`${path}${end}`);
    await assert.rejects(sealMessage(store, "m2"), { code: "MXSEAL_STORE_UNUSABLE" });
    await assert.rejects(store.sealed.findByLookupId("lookup-m1"), {
      code: "MXSEAL_STORE_UNUSABLE",
    });
    await openOnce(path);
    await sealMessage(store, "m3");
    await using other = await openStore(path);
    assert.equal(await other.sealed.findByLookupId("lookup-m1"), undefined);
    assert.equal((await readAll(other, "m3")).length, chunksPerMessage);
  });

  it("commits nothing to a file whose place is taken while it works", async () => {
    await using directory = await tempDirectory();
    const [path, backup] = ["store.db", "backup.db"].map((name) => join(directory.path, name));
    assert.ok(path !== undefined && backup !== undefined);
    await openOnce(backup);
    await using store = await openStore(path);
    let runs = 0;
    const { verdict } = await store.verdicts.revise(domainOf("a.example"), () => {
      runs += 1;
      if (runs === 1) {
        for (const end of ["-wal", "-shm"]) rmSync(`${path}${end}`);
        renameSync(backup, path);
      }
      return { verdict: failedVerdict("a.example"), turn: undefined };
    });
    assert.equal(runs, 2);
    await using other = await openStore(path);
    assert.deepEqual(await other.verdicts.find(domainOf("a.example")), verdict);
  });

  it("is not mixed with the log of the file before, and is used again when that is back", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "store.db");
    const [aside, backup] = [`${path}.old`, join(directory.path, "backup.db")];
    await openOnce(backup);
    await using store = await openStore(path);
    await sealMessage(store, "m1");
    await rename(path, aside);
    await rename(backup, path);
    await assert.rejects(sealMessage(store, "m2"), {
      code: "MXSEAL_STORE_UNUSABLE",
      message: /-wal belongs to the file before: put that back/,
    });
    await rename(aside, path);
    await sealMessage(store, "m2");
    assert.equal(await store.sealed.count(), 2);
  });

  it("is refused on a read-only file system", { skip: notRoot }, async () => {
    await using directory = await tempDirectory();
    await openOnce(join(directory.path, "store.db"));
    const mount = `mount --bind "$4" "$4" && mount -o remount,ro,bind "$4"`;
    const error = await inMount(mount, "open", directory.path);
    assert.equal(error["code"], "MXSEAL_STORE_UNUSABLE");
    assert.match(String(error["message"]), /the file system is read-only/);
  });

  it("is refused when only the file cannot be written", { skip: notRoot }, async () => {
    await using directory = await tempDirectory();
    await openOnce(join(directory.path, "store.db"));
    const mount = `mount --bind "$4/store.db" "$4/store.db" && mount -o remount,ro,bind "$4/store.db"`;
    const error = await inMount(mount, "open", directory.path);
    assert.equal(error["code"], "MXSEAL_STORE_UNUSABLE");
    assert.match(String(error["message"]), /cannot read and write the store .*read-only/);
  });

  it("says that its disk is full and loses nothing that was stored", {
    skip: notRoot,
  }, async () => {
    await using directory = await tempDirectory();
    const error = await inMount(`mount -t tmpfs -o size=2m tmpfs "$4"`, "fill", directory.path);
    assert.equal(error["code"], "MXSEAL_STORE_UNUSABLE");
    assert.equal(error["temporary"], true);
    assert.match(String(error["message"]), /no space left on its disk/);
  });
});

async function openOnce(path: string): Promise<void> {
  const store = await openStore(path);
  await store[Symbol.asyncDispose]();
}

function closing(database: Sqlite.Database) {
  return { database, [Symbol.dispose]: () => database.close() };
}
