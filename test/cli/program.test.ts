/** The command line as a stranger types it: every wrong turn gets status 2 and a way out. */
import assert from "node:assert/strict";
import { access, chmod, readFile, writeFile } from "node:fs/promises";
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
    for (const command of ["serve", "probe", "verdict", "refresh", "rule", "sms", "config"]) {
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

  it("hints at an imprint that is not set, and at one that is by saying nothing", async () => {
    await using directory = await tempDirectory();
    const bare = await install(directory.path);
    const { status, out } = await run("-c", bare.configPath, "config", "check");
    assert.equal(status, 0);
    for (const key of ["imprint_url", "privacy_url", "accessibility_url", "security_contact"]) {
      assert.match(out, new RegExp(`^note {3}portal\\.${key} \\(not set\\): `, "m"));
    }
    await using other = await tempDirectory();
    const path = join(other.path, "mxseal.toml");
    await writeFile(path, '[portal]\nimprint_url = "https://a.example/impressum"\n');
    assert.doesNotMatch((await run("-c", path, "config", "check")).out, /imprint/);
  });

  it("hints at a proxy that nobody trusts, behind which all readers are one", async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, "mxseal.toml");
    const portal = '[portal]\nbase_url = "https://mail.a.example"\n';
    for (const [more, hinted] of [
      ["", true],
      ['trusted_proxies = ["127.0.0.1"]\n', false],
      ['listen = "192.0.2.1:80"\n', false],
    ] as const) {
      await writeFile(path, portal + more);
      const { out } = await run("-c", path, "config", "check");
      assert.equal(/^note {3}portal\.trusted_proxies \(empty\): /m.test(out), hinted, more);
    }
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

describe("mxseal with a hook for SMS", () => {
  const number = "+49 170 1234567";
  /** Answers the configuration's path. */
  async function installHook(directory: string, script: string, mode = 0o755): Promise<string> {
    const hook = join(directory, "hook");
    await writeFile(hook, `#!/bin/sh\n${script}\n`);
    await chmod(hook, mode);
    const sms = `[sms]\nhook = "${hook}"\ncountries = ["+49"]\ntimeout_seconds = 20\n`;
    return (await install(directory, sms)).configPath;
  }

  it("checks that the program can be run, and by whom it can be changed", async () => {
    await using sound = await tempDirectory();
    const soundPath = await installHook(sound.path, "exit 0");
    const { status, out } = await run("-c", soundPath, "config", "check");
    assert.equal(status, 0);
    assert.match(out, /^ok {5}sms\.hook \//m);
    await using open = await tempDirectory();
    const openPath = await installHook(open.path, "exit 0", 0o777);
    const faulty = await run("-c", openPath, "config", "check");
    assert.equal(faulty.status, 2);
    assert.match(faulty.out, /^FAULT {2}sms\.hook .*may be changed by others/m);
  });

  it("says where plain http is led to https, and points out where it could be", async () => {
    await using directory = await tempDirectory();
    const base = '[portal]\nbase_url = "https://a.example"\nlisten = "0.0.0.0:443"\n';
    const pair = 'certificate = "/nonexistent"\nprivate_key = "/nonexistent"\n';
    const path = join(directory.path, "mxseal.toml");
    await writeFile(path, base + pair);
    const without = await run("-c", path, "config", "check");
    assert.match(without.out, /^note {3}portal\.redirect_listen \(not set\): who comes over http/m);
    await writeFile(path, `${base}${pair}redirect_listen = "0.0.0.0:80"\n`);
    const { out } = await run("-c", path, "config", "check");
    assert.match(out, /^ok {5}portal\.redirect_listen 0\.0\.0\.0:80$/m);
  });

  it("checks the token of a service", async () => {
    await using directory = await tempDirectory();
    const token = join(directory.path, "token");
    await writeFile(token, "secret\n", { mode: 0o644 });
    const sms = `[sms]\nhook = "https://sms.example/"\ncountries = ["+49"]\ntoken_file = "${token}"\n`;
    const { configPath } = await install(directory.path, sms);
    const { status, out } = await run("-c", configPath, "config", "check");
    assert.equal(status, 2);
    assert.match(out, /^ok {5}sms\.hook https:\/\/sms\.example\/$/m);
    assert.match(out, /^FAULT {2}sms\.token_file .*may be read or changed by others/m);
    assert.doesNotMatch(out, /secret/);
  });

  for (const [exit, status, sentence] of [
    [0, 0, /^The hook took it \(exit status 0\)\.\nIt said: queued as 7\n$/],
    [75, 1, /^The hook did not take it now; .*\(exit status 75\)\.\nIt said: queued as 7\n$/],
    [1, 1, /^The hook refused it; .*\(exit status 1\)\.\nIt said: queued as 7\n$/],
  ] as const) {
    it(`tries it with a harmless text, and ends with ${status} when it ends with ${exit}`, async () => {
      await using directory = await tempDirectory();
      const script = `cat > ${directory.path}/seen; echo "queued\tas 7"; exit ${exit}`;
      const configPath = await installHook(directory.path, script);
      const tried = await run("-c", configPath, "sms", "test", number);
      assert.equal(tried.status, status);
      assert.match(tried.out, sentence);
      const seen = JSON.parse(await readFile(join(directory.path, "seen"), "utf8"));
      assert.deepEqual([seen.to, seen.message], ["+491701234567", "TEST0000"]);
      assert.match(seen.text, /mxseal/);
    });
  }

  it("sends nothing without a hook, to no number, or to a country that is not allowed", async () => {
    await using directory = await tempDirectory();
    const configPath = await installHook(directory.path, `touch ${directory.path}/called`);
    for (const [wrong, sentence] of [
      ["0170 1234567", /no number with its country/],
      ["anna", /no number with its country/],
      ["+43 660 1234567", /\+43 … 567 is not in `sms\.countries`: \+49/],
    ] as const) {
      const { status, err } = await run("-c", configPath, "sms", "test", wrong);
      assert.equal(status, 2);
      assert.match(err, sentence);
    }
    await assert.rejects(access(join(directory.path, "called")));
    await using bare = await tempDirectory();
    const without = (await install(bare.path)).configPath;
    const { status, err } = await run("-c", without, "sms", "test", number);
    assert.equal(status, 2);
    assert.match(err, /There is no `sms\.hook`/);
  });
});
