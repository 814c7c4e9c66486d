import assert from "node:assert/strict";
import { linkSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { silentLog } from "../../src/base/log.ts";
import { StreamServer, type StreamServerOptions } from "../../src/listen/stream-server.ts";
import { SocketmapParser } from "../../src/wire/socketmap.ts";
import { StreamClient } from "../support/stream-client.ts";

const directory = mkdtempSync(join(tmpdir(), "mxseal-unix-socket-"));
after(() => rmSync(directory, { recursive: true }));

const protocol = {
  name: "echo",
  createParser: () => new SocketmapParser(),
  answer: () => "2:OK,",
};

function listen(options: StreamServerOptions): Promise<StreamServer<unknown>> {
  return StreamServer.listen(protocol, options, silentLog);
}

function path(name: string): string {
  return join(directory, name);
}

/** What a killed process leaves behind. */
async function leaveDeadSocket(at: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(`${at}.live`, resolve);
  });
  linkSync(`${at}.live`, at);
  await new Promise((resolve) => {
    server.close(resolve);
  });
}

const listenFailed = (error: unknown): boolean =>
  error instanceof MxsealError && error.code === "MXSEAL_LISTEN_FAILED";

describe("a unix socket", () => {
  it("answers, is 0660 under any umask, and is gone after the stop", async () => {
    const endpoint = path("plain.sock");
    const umask = process.umask(0o077);
    const server = await listen({ endpoint });
    assert.equal(process.umask(umask), 0o077);
    assert.equal(statSync(endpoint).mode & 0o777, 0o660);
    assert.equal(server.endpoint, endpoint);
    await using client = await StreamClient.connect(endpoint);
    assert.equal(await client.ask("3:a b,", ","), "2:OK,");
    await server[Symbol.asyncDispose]();
    assert.throws(() => statSync(endpoint), { code: "ENOENT" });
  });

  it("replaces a dead one", async () => {
    const endpoint = path("dead.sock");
    await leaveDeadSocket(endpoint);
    await using server = await listen({ endpoint });
    await using client = await StreamClient.connect(server.endpoint);
    assert.equal(await client.ask("3:a b,", ","), "2:OK,");
  });

  it("never replaces a live one", async () => {
    const endpoint = path("live.sock");
    await using server = await listen({ endpoint });
    await assert.rejects(listen({ endpoint }), listenFailed);
    await using client = await StreamClient.connect(server.endpoint);
    assert.equal(await client.ask("3:a b,", ","), "2:OK,");
  });

  it("never replaces a file that is no socket", async () => {
    const endpoint = path("precious.txt");
    writeFileSync(endpoint, "precious");
    await assert.rejects(listen({ endpoint }), listenFailed);
    assert.equal(readFileSync(endpoint, "utf8"), "precious");
  });

  it("says so when its directory is missing", async () => {
    await assert.rejects(listen({ endpoint: path("absent/a.sock") }), listenFailed);
  });

  it("takes the group it is given, by number", async () => {
    const endpoint = path("group.sock");
    const gid = String(process.getgid?.() ?? 0);
    await using server = await listen({ endpoint, group: gid });
    assert.equal(String(statSync(server.endpoint).gid), gid);
  });

  it("takes the group it is given, by name", { skip: process.getuid?.() !== 0 }, async () => {
    const endpoint = path("named-group.sock");
    const entry = readFileSync("/etc/group", "utf8").split("\n")[1]?.split(":") ?? [];
    await using server = await listen({ endpoint, group: entry[0] ?? "" });
    assert.equal(String(statSync(server.endpoint).gid), entry[2]);
  });

  it("is not left open for a group that does not exist", async () => {
    const endpoint = path("no-group.sock");
    await assert.rejects(listen({ endpoint, group: "no-such-group-here" }), listenFailed);
    assert.throws(() => statSync(endpoint), { code: "ENOENT" });
  });

  it("says so when a TCP address is taken", async () => {
    await using first = await listen({ endpoint: "127.0.0.1:0" });
    await assert.rejects(listen({ endpoint: first.endpoint }), listenFailed);
  });
});
