/** Against a real Postfix's postconf and files of postfix-examples/. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseConfig } from "../../src/config/load.ts";
import { findSizeFaults } from "../../src/daemon/mail-size-agreement.ts";
import { findDisagreements } from "../../src/daemon/postfix-agreement.ts";
import { isVersionAtLeast } from "../../src/daemon/postfix-facts.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const missing = existsSync("/usr/sbin/postconf") ? false : "Postfix is not installed";
const examples = join(import.meta.dirname, "../../postfix-examples");

const roomy = "message_size_limit = 100000000\nmailbox_size_limit = 0\nvirtual_mailbox_limit = 0\n";

/** What Postfix in a directory with these files contradicts. */
async function keys(
  master: string,
  toml: string,
  main = roomy,
): Promise<readonly string[] | undefined> {
  await using directory = await tempDirectory();
  await writeFile(join(directory.path, "main.cf"), `compatibility_level = 3.6\n${main}`);
  await writeFile(join(directory.path, "master.cf"), master);
  const postfix = `[postfix]\nconfig_directory = "${directory.path}"\n`;
  const found = await findDisagreements(parseConfig(`${postfix}${toml}`, "test"));
  return found?.map(({ key }) => key);
}

describe("what Postfix contradicts", { skip: missing }, () => {
  it("is nothing with the example as it is", async () => {
    assert.deepEqual(await keys(await readFile(join(examples, "master.cf"), "utf8"), ""), []);
  });

  it("is the profile, the CA file, DANE and what this version does not know", async () => {
    const master = (await readFile(join(examples, "master.cf"), "utf8"))
      .replace("mxseal-tls-bsi.cnf", "mxseal-tls-bcp195.cnf")
      .replace("X25519,X448", "X25519")
      .replace("exclude_ciphers=aNULL,kRSA", "exclude_ciphers=aNULL")
      .replace(
        "-o smtp_tls_CAfile=/etc/ssl/certs/ca-certificates.crt",
        "-o smtp_tls_CAfile=/ca.pem",
      )
      .replace("  -o smtp_dns_support_level=dnssec\n  -o smtp_host_lookup=dns\n", "");
    const found = await keys(master, "[tls]\nsts_attributes = true\n");
    const expected = ["tls.ca_file", "tls.profile", "tls.profile", "tls.profile", "tls.dane"];
    assert.deepEqual(
      found?.filter((key) => key !== "tls.sts_attributes"),
      expected,
    );
  });

  it("is a limit below the mail that a reply with files becomes, as Postfix has it by default", async () => {
    const master = await readFile(join(examples, "master.cf"), "utf8");
    assert.deepEqual(await keys(master, "", ""), ["portal.reply_max_mib"]);
    assert.deepEqual(await keys(master, "[portal]\nreply_max_mib = 6\n", ""), []);
  });

  it("cannot be told of a Postfix without mxseal, or where there is none", async () => {
    assert.equal(await keys("smtp inet n - y - - smtpd\n", ""), undefined);
    const nowhere = parseConfig('[postfix]\nconfig_directory = "/nonexistent"\n', "test");
    assert.equal(await findDisagreements(nowhere), undefined);
  });
});

describe("the sizes of mails", () => {
  function faults(toml: string, main: Readonly<Record<string, string>>): readonly string[] {
    const config = parseConfig(toml, "test");
    return findSizeFaults(config, (name) => main[name] ?? "0").map(({ fault }) => fault);
  }

  it("are told with what to set", () => {
    const [fault] = faults("", { message_size_limit: "10240000" });
    assert.match(
      fault ?? "",
      /Set message_size_limit = 36962304 or more, or portal\.reply_max_mib = 6$/,
    );
    assert.deepEqual(faults("", { message_size_limit: "36962304" }), []);
    const tiny = faults("", { message_size_limit: "1000000" });
    assert.match(tiny[0] ?? "", /or portal\.replies = false$/);
  });

  it("count for the mailboxes too", () => {
    const toml = "[portal]\nreply_max_mib = 50\n[seal]\nmax_message_mib = 1000\n";
    const main = { message_size_limit: "1000000000", virtual_mailbox_limit: "51200000" };
    assert.match(
      faults(toml, main).join(),
      /^[^,]*, main\.cf has virtual_mailbox_limit = 51200000/,
    );
  });

  it("are no matter where nobody can reply, and smaller without files", () => {
    const main = { message_size_limit: "300000" };
    assert.deepEqual(faults("[portal]\nreplies = false\n", main), []);
    assert.deepEqual(faults("[portal]\nreply_max_files = 0\n", main), []);
  });

  it("above what can be sealed are pointed out", () => {
    assert.match(faults("", {})[0] ?? "", /of any size .* message_size_limit = 104857600, or/);
    assert.deepEqual(faults("", { message_size_limit: "104857600" }), []);
    assert.deepEqual(faults("", { message_size_limit: "unknown" }), []);
  });
});

describe("the age of a Postfix", () => {
  for (const [version, isNew] of [
    ["3.7.11", false],
    ["3.10.4", false],
    ["3.10.5", true],
    ["3.11-20260821", true],
    ["4.0.0", true],
  ] as const) {
    it(`${version} ${isNew ? "knows" : "does not know"} the attributes of MTA-STS`, () => {
      assert.equal(isVersionAtLeast(version, [3, 10, 5]), isNew);
    });
  }
});
