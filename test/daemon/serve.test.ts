/** `mxseal serve` as real processes: start, reload, stop, and what it says when it cannot work. */
import assert from "node:assert/strict";
import { appendFile, chmod, readFile, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { install, MxsealProcess } from "../support/mxseal-process.ts";
import { tempDirectory } from "../support/temp-directory.ts";

/** One question to a socketmap, one answer. */
async function ask(port: number, question: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(`${Buffer.byteLength(question)}:${question},`);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  socket.once("data", (data) => resolve(data.toString()));
  socket.once("error", reject);
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

describe("mxseal serve", { concurrency: false }, () => {
  it("starts three roles, makes keys once, and stops with status 0 after TERM", async () => {
    await using directory = await tempDirectory();
    const { configPath, socketmapPort } = await install(directory.path);
    await using first = new MxsealProcess(["--config", configPath, "serve"]);
    for (const text of ["lookups answered", "sealing", "portal open"]) await first.says(text);
    assert.match(await ask(socketmapPort, "transport me@company.example"), /:OK :,$/);
    assert.match(await ask(socketmapPort, "transport a@b.example"), /:OK retry:4\.7\.5 /);
    assert.match(await ask(socketmapPort, "transport *"), /:NOTFOUND /);
    const keys = await readFile(join(directory.path, "keys", "seal.key"));
    assert.equal((await stat(join(directory.path, "keys", "seal.key"))).mode & 0o777, 0o600);
    first.child.kill("SIGTERM");
    assert.equal(await first.end(), "0");
    await using second = new MxsealProcess(["--config", configPath, "serve", "--role", "milter"]);
    await second.says("sealing");
    assert.deepEqual(await readFile(join(directory.path, "keys", "seal.key")), keys);
  });

  it("keeps the old configuration when HUP finds a faulty one", async () => {
    await using directory = await tempDirectory();
    const { configPath, socketmapPort } = await install(directory.path);
    await using role = new MxsealProcess(["--config", configPath, "serve", "--role", "lookup"]);
    await role.says("lookups answered");
    await appendFile(configPath, "\n[nonsense]\n");
    role.child.kill("SIGHUP");
    const line = await role.line((entry) => entry["level"] === "error");
    assert.match(String(line["text"]), /^the old configuration stays in force: .*nonsense/s);
    assert.match(await ask(socketmapPort, "transport me@company.example"), /:OK :,$/);
  });

  it("takes up a new configuration after HUP", async () => {
    await using directory = await tempDirectory();
    const { configPath, socketmapPort } = await install(directory.path);
    await using service = new MxsealProcess(["--config", configPath, "serve"]);
    await service.says("lookups answered");
    const text = await readFile(configPath, "utf8");
    await writeFile(configPath, text.replace("company.example", "firma.example"));
    service.child.kill("SIGHUP");
    await service.line(
      () => service.log.filter((line) => line["text"] === "lookups answered").length === 2,
    );
    assert.match(await ask(socketmapPort, "transport me@firma.example"), /:OK :,$/);
    assert.match(await ask(socketmapPort, "transport me@company.example"), /:OK retry:/);
  });

  it("says what to mend when the store's directory is missing, and ends with 3", async () => {
    await using directory = await tempDirectory();
    const { configPath } = await install(directory.path);
    const text = await readFile(configPath, "utf8");
    await writeFile(configPath, text.replace("/store/", "/nowhere/"));
    await using role = new MxsealProcess(["--config", configPath, "serve", "--role", "lookup"]);
    assert.equal(await role.end(), "3");
    assert.match(role.errors, /nowhere/);
    assert.match(role.errors, /MXSEAL_STORE_UNUSABLE/);
  });

  it("refuses keys that others can read", async () => {
    await using directory = await tempDirectory();
    const { configPath } = await install(directory.path);
    const args = ["--config", configPath, "serve", "--role", "milter"];
    {
      await using first = new MxsealProcess(args);
      await first.says("sealing");
    }
    await chmod(join(directory.path, "keys", "seal.key"), 0o644);
    await using second = new MxsealProcess(args);
    assert.equal(await second.end(), "3");
    assert.match(second.errors, /MXSEAL_KEY_FILE_UNUSABLE/);
  });
});
