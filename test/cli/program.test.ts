/** The command line as a stranger types it: every wrong turn gets status 2 and a way out. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { runProgram } from "../../src/cli/program.ts";
import { install } from "../support/mxseal-process.ts";
import { tempDirectory } from "../support/temp-directory.ts";

class Sink extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function run(...args: readonly string[]) {
  const out = new Sink();
  const err = new Sink();
  const status = await runProgram(args, out, err);
  return { status, out: out.text, err: err.text };
}

describe("the command line", () => {
  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["an unknown command", ["sevre"], /unknown command 'sevre'[^]*serve/],
    ["an unknown option", ["probe", "--jsno", "a.example"], /unknown option '--jsno'/],
    ["probe without a domain", ["probe"], /missing required argument 'domain'/],
    ["something that is no domain", ["probe", "a..b"], /"a\.\.b" is not a domain/],
    ["an address literal", ["probe", "[127.0.0.1]"], /not a domain/],
    ["a role that does not exist", ["serve", "--role", "smtp"], /lookup, milter, portal/],
    ["serve without a configuration", ["serve"], /--config/],
  ];
  for (const [what, args, message] of wrong) {
    it(`ends with 2 and explains itself for ${what}`, async () => {
      const { status, out, err } = await run(...args);
      assert.equal(status, 2);
      assert.match(err, message);
      assert.equal(out, "");
    });
  }

  it("shows its help with status 0", async () => {
    const { status, out } = await run("--help");
    assert.equal(status, 0);
    for (const command of ["serve", "probe", "verdict", "refresh", "rule", "config"]) {
      assert.match(out, new RegExp(`^ {2}${command} `, "m"));
    }
  });

  it("refuses a configuration file that is named and missing", async () => {
    await assert.rejects(run("--config", "/nonexistent.toml", "config", "check"), {
      code: "MXSEAL_CONFIG_UNREADABLE",
    });
  });
});

describe("mxseal config check", () => {
  it("lists what is in order and what is not yet there", async () => {
    await using directory = await tempDirectory();
    const { configPath } = await install(directory.path);
    const { status, out } = await run("--config", configPath, "config", "check");
    assert.equal(status, 0);
    assert.match(out, /^ok {5}tls\.ca_file/m);
    assert.match(out, /^note {3}keys\.directory .*no keys yet/m);
  });

  it("ends with 2 when something it names cannot be used", async () => {
    await using directory = await tempDirectory();
    const { configPath } = await install(directory.path, '[tls]\nca_file = "/nonexistent.pem"\n');
    const { status, out } = await run("--config", configPath, "config", "check");
    assert.equal(status, 2);
    assert.match(out, /^FAULT {2}tls\.ca_file \/nonexistent\.pem/m);
  });

  it("finds a domain in two lists", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "mxseal.toml");
    await writeFile(path, '[domains]\nlocal = ["a.example"]\nrouted = ["a.example"]\n');
    const { out } = await run("--config", path, "config", "check");
    assert.match(out, /FAULT {2}domains: in more than one list: a\.example/);
  });
});
