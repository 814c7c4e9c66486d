import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { loadConfig, parseConfig } from "../../src/config/load.ts";

function faultOf(text: string): MxsealError {
  try {
    parseConfig(text, "test.toml");
  } catch (error) {
    assert.ok(error instanceof MxsealError);
    return error;
  }
  assert.fail("accepted");
}

describe("the configuration file", () => {
  it("may be empty: every key has a default", () => {
    const config = parseConfig("", "test.toml");
    assert.equal(config.tls.profile, "bsi");
    assert.deepEqual(config.listen.socketmap, ["127.0.0.1:10041"]);
  });

  it("takes links without TLS on this machine alone", () => {
    for (const url of ["http://127.0.0.1:8480", "http://localhost", "https://Mail.example:8443"]) {
      assert.equal(parseConfig(`[portal]\nbase_url = "${url}"`, "t").portal.base_url, url);
    }
  });

  it("takes an SMS hook by path, by https, and by http on this machine", () => {
    for (const hook of ["/usr/local/bin/sms", "https://sms.example/v1", "http://127.0.0.1:8480/"]) {
      const text = `[sms]\nhook = "${hook}"\ncountries = ["+49", "+4366"]`;
      assert.equal(parseConfig(text, "t").sms.hook, hook);
    }
  });

  it("normalises domains", () => {
    const config = parseConfig('[domains]\nlocal = ["Bücher.Example."]', "test.toml");
    assert.deepEqual(config.domains.local, ["xn--bcher-kva.example"]);
  });

  it("reads from a file", async () => {
    const directory = await mkdtemp(join(tmpdir(), "mxseal-config-"));
    const path = join(directory, "mxseal.toml");
    await writeFile(path, '[log]\nlevel = "debug"\n');
    assert.equal((await loadConfig(path)).log.level, "debug");
    await rm(directory, { recursive: true });
  });

  it("says which file it could not read", async () => {
    await assert.rejects(loadConfig("/nonexistent/mxseal.toml"), {
      code: "MXSEAL_CONFIG_UNREADABLE",
      message: /\/nonexistent\/mxseal\.toml/,
    });
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["an unknown section", "[tsl]\n", /tsl/],
    ["an unknown key", '[tls]\nprofil = "bsi"', /tls: .*profil/],
    ["a profile that does not exist", '[tls]\nprofile = "nsa"', /tls\.profile/],
    [
      "something that is no domain",
      '[domains]\nlocal = ["a b"]',
      /domains\.local\.0: .* is not a domain/,
    ],
    ["a relative path", '[store]\npath = "mxseal.db"', /store\.path: .*absolute/],
    ["an endpoint without a port", '[listen]\npolicy = ["127.0.0.1"]', /listen\.policy\.0/],
    ["a base URL with a slash at its end", '[portal]\nbase_url = "https://a.example/"', /slash/],
    ["a base URL with a path", '[portal]\nbase_url = "https://a.example/mail"', /without path/],
    ["links in clear", '[portal]\nbase_url = "http://127.0.0.1.a.example"', /https:/],
    ["a base URL of another scheme", '[portal]\nbase_url = "ftp://a.example"', /portal\.base_url/],
    ["submission by path", '[postfix]\nsubmission = "/run/smtp"', /postfix\.submission/],
    ["an SMS hook without countries", '[sms]\nhook = "/usr/local/bin/sms"', /sms\.countries: must/],
    ["no country", '[sms]\nhook = "/x"\ncountries = ["+4"]', /sms\.countries\.0: expected \+/],
    ["an SMS hook in clear", '[sms]\nhook = "http://sms.example/"', /sms\.hook: expected/],
    [
      "a password in a URL",
      '[sms]\nhook = "https://me:secret@sms.example/"',
      /sms\.hook: expected/,
    ],
    ["a hook by a relative path", '[sms]\nhook = "bin/sms"', /sms\.hook: expected/],
    ["a token for a program", '[sms]\nhook = "/x"\ncountries = ["+49"]\ntoken_file = "/t"', /URL/],
    ["more SMS than anybody needs", "[sms]\nper_message = 21", /sms\.per_message/],
    ["no code made ahead", "[seal]\ncode_reserve = 0", /seal\.code_reserve/],
    ["a wait out of range", "[clients]\nrcpt_wait_seconds = 60", /rcpt_wait_seconds/],
    [
      "a way to https where there is none",
      '[portal]\nbase_url = "http://localhost"\nredirect_listen = "127.0.0.1:80"',
      /portal\.redirect_listen: needs .*https/,
    ],
    [
      "a way to https from where https is",
      '[portal]\nbase_url = "https://a.example"\nlisten = "127.0.0.1:443"\nredirect_listen = "127.0.0.1:443"',
      /portal\.redirect_listen: must be another address/,
    ],
    ["a certificate without its key", '[portal]\ncertificate = "/c.pem"', /portal\.private_key/],
    ["a key without its certificate", '[portal]\nprivate_key = "/k.pem"', /portal\.certificate/],
    [
      "a certificate at a socket's path",
      '[portal]\nlisten = "/run/p"\ncertificate = "/c"\nprivate_key = "/k"',
      /portal\.listen/,
    ],
    [
      "a certificate for links in clear",
      '[portal]\nbase_url = "http://localhost"\ncertificate = "/c"\nprivate_key = "/k"',
      /portal\.base_url/,
    ],
    ["text that is no TOML, with its line", "[log]\nlevel = ", /line 2/],
  ];
  for (const [what, text, message] of refused) {
    it(`refuses ${what}`, () => {
      const error = faultOf(text);
      assert.equal(error.code, "MXSEAL_CONFIG_INVALID");
      assert.match(error.message, message);
    });
  }

  it("names all faults at once", () => {
    const error = faultOf('[store]\npath = "x"\n[keys]\ndirectory = "y"');
    assert.match(error.message, /store\.path/);
    assert.match(error.message, /keys\.directory/);
  });
});
