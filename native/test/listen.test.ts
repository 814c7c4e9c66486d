/** Starting: which sockets are taken, which are refused, and with what error. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { createMilter, type MilterHandlers, type MilterOptions } from "../src/milter.ts";
import { letters, MilterClient, noData } from "./milter-client.ts";
import { MilterProcess } from "./milter-process.ts";

describe("the socket", () => {
  it("has its mode and group, and nothing is left beside it", async () => {
    const directory = mkdtempSync(join(tmpdir(), "milter-ts-"));
    const path = join(directory, "s");
    await using milter = await MilterProcess.started("accept", {
      listen: { path, mode: 0o620, group: "daemon" },
    });
    const status = statSync(path);
    assert.equal(status.mode & 0o777, 0o620);
    assert.equal(status.gid, 1);
    assert.deepEqual(readdirSync(directory), ["s"]);
    await milter.ask("stop");
    assert.equal(existsSync(path), false);
    rmSync(directory, { recursive: true });
  });

  it("replaces the file of a milter that was killed", async () => {
    await using dead = await MilterProcess.started("accept");
    dead.child.kill("SIGKILL");
    await dead.exit();
    assert.equal(existsSync(dead.path), true);
    await using milter = await MilterProcess.started("accept", { listen: { path: dead.path } });
    const client = await MilterClient.session(dead.path);
    assert.equal(letters(await client.deliver()), "c");
    client.quit();
    await milter.ask("stats");
  });

  it("is refused when a process serves it, and that one serves on", async () => {
    await using live = await MilterProcess.started("accept");
    await using second = new MilterProcess("accept", { listen: { path: live.path } });
    const refused = (await second.heard("refused")) as { code: string };
    assert.equal(refused.code, "ERR_MILTER_SOCKET_LIVE");
    const client = await MilterClient.session(live.path);
    assert.equal(letters(await client.deliver()), "c");
    client.quit();
    assert.equal(readdirSync(dirname(live.path)).length, 1);
  });

  it("is refused without directory, over another file, over a long path, for no group", async () => {
    const directory = mkdtempSync(join(tmpdir(), "milter-ts-"));
    writeFileSync(join(directory, "file"), "mine");
    const wrong: readonly (readonly [MilterOptions["listen"], string | undefined])[] = [
      [{ path: join(directory, "missing", "s") }, "ENOENT"],
      [{ path: join(directory, "file") }, undefined],
      [{ path: join(directory, "file", "s") }, "ENOTDIR"],
      [{ path: join(directory, "x".repeat(200)) }, undefined],
      [{ path: join(directory, "s"), group: "no-such-group" }, undefined],
    ];
    for (const [listen, cause] of wrong) {
      await using milter = new MilterProcess("accept", { listen });
      const expected = cause === undefined ? {} : { cause };
      assert.deepEqual(await milter.heard("refused"), { code: "ERR_MILTER_SOCKET", ...expected });
    }
    assert.deepEqual(readdirSync(directory), ["file"]);
    rmSync(directory, { recursive: true });
  });

  it("may be a TCP port, which is refused while another process has it", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const listen = { host: "127.0.0.1", port };
    await using refused = new MilterProcess("accept", { listen });
    const error = { code: "ERR_MILTER_SOCKET_LIVE", cause: "EADDRINUSE" };
    assert.deepEqual(await refused.heard("refused"), error);
    server.close();
    await once(server, "close");
    await using milter = await MilterProcess.started("accept", { listen });
    const client = await MilterClient.session(port);
    assert.equal(client.steps & noData, 0);
    assert.equal(letters(await client.deliver()), "c");
    client.quit();
    await milter.ask("stats");
  });
});

describe("a process", () => {
  it("can have one milter, once", async () => {
    await using milter = await MilterProcess.started("accept");
    assert.equal(await milter.ask("startAgain"), "ERR_MILTER_ALREADY_STARTED");
    assert.equal(await milter.ask("startAnother"), "ERR_MILTER_SPENT");
    assert.equal(await milter.ask("startInWorker"), "ERR_MILTER_SPENT");
    await milter.ask("stop");
    assert.equal(await milter.ask("startAgain"), "ERR_MILTER_SPENT");
    assert.equal(await milter.ask("startAnother"), "ERR_MILTER_SPENT");
  });

  it("may try again after a socket that could not be made", async () => {
    const listen = { path: join(tmpdir(), "milter-ts-missing", "s") };
    await using milter = new MilterProcess("accept", { listen });
    await milter.heard("refused");
    assert.equal(await milter.ask("startAgain"), "ERR_MILTER_SOCKET");
    assert.equal(await milter.ask("state"), "idle");
  });
});

describe("options that cannot work", () => {
  const good: MilterOptions = {
    name: "test",
    listen: { path: "/nowhere/s" },
    can: [],
    body: { mode: "none" },
  };
  const wrong: Readonly<Record<string, Partial<MilterOptions>>> = {
    "a name with a blank": { name: "a b" },
    "a relative path": { listen: { path: "s" } },
    "a mode above 0777": { listen: { path: "/s", mode: 0o1777 } },
    "a host that is no address": { listen: { host: "localhost", port: 10025 } },
    "port 0": { listen: { host: "127.0.0.1", port: 0 } },
    "an unknown capability": { can: ["fly" as "addHeader"] },
    "no time at all": { handlerTimeoutMs: 0 },
    "a fraction of a byte": { body: { mode: "buffer", maxBytes: 1.5, onOverflow: "reject" } },
    "accepting on failure": { onFailure: "accept" as "reject" },
  };
  for (const [what, options] of Object.entries(wrong)) {
    it(`are refused: ${what}`, () => {
      const make = (): unknown =>
        createMilter({ ...good, ...options }, { message: () => "accept" });
      assert.throws(make, { code: "ERR_MILTER_OPTIONS" });
    });
  }

  it("are refused: a chunk handler without streaming", () => {
    const handlers: MilterHandlers = { message: () => "accept", bodyChunk: () => undefined };
    assert.throws(() => createMilter(good, handlers), { code: "ERR_MILTER_OPTIONS" });
  });
});
