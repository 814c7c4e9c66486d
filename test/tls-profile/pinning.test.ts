/** Postfix is told to offer what the profiles say: the examples against the data. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { bsi } from "../../src/tls-profile/bsi.ts";
import { profileOf } from "../../src/tls-profile/profile-of.ts";
import { profileNames, type TlsProfile } from "../../src/tls-profile/tls-profile.ts";

const examples = join(import.meta.dirname, "../../postfix-examples");
const read = (name: string): string => readFileSync(join(examples, name), "utf8");

/** The lines of mxseal-secure that belong to one profile. */
function masterLines({ name, offer }: TlsProfile): readonly string[] {
  return [
    `  -o tls_config_file=$config_directory/mxseal-tls-${name}.cnf`,
    `  -o tls_eecdh_auto_curves=${offer.groups.join(",")}`,
    `  -o smtp_tls_mandatory_exclude_ciphers=${offer.exclusions.join(",")}`,
  ];
}

function opensslFile({ offer }: TlsProfile): string {
  return [
    "openssl_conf = mxseal",
    "[mxseal]",
    "ssl_conf = mxseal-ssl",
    "[mxseal-ssl]",
    "system_default = mxseal-tls",
    "[mxseal-tls]",
    `Ciphersuites = ${offer.cipherSuites.join(":")}`,
    `SignatureAlgorithms = ${offer.signatureSchemes.join(":")}`,
    "",
  ].join("\n");
}

function serviceOf(name: string): readonly string[] {
  const lines = read("master.cf").split("\n");
  const start = lines.findIndex((line) => line.startsWith(`${name} `));
  const end = lines.findIndex((line, index) => index > start && line === "");
  return lines.slice(start, end);
}

describe("the examples for Postfix", () => {
  it("pin mxseal-secure to the default profile", () => {
    const lines = serviceOf("mxseal-secure");
    const pinned = [
      ...masterLines(bsi),
      "  -o tls_config_name=",
      `  -o smtp_tls_mandatory_protocols=>=${bsi.offer.leastProtocol}`,
      `  -o smtp_tls_mandatory_ciphers=${bsi.offer.postfixCiphers}`,
      "  -o tls_high_cipherlist=aNULL:-aNULL:HIGH:@STRENGTH",
      "  -o smtp_dns_support_level=dnssec",
    ];
    for (const line of pinned) assert.ok(lines.includes(line), line);
  });

  for (const name of profileNames) {
    it(`have OpenSSL's part of ${name}, and nothing else`, () => {
      const text = read(`mxseal-tls-${name}.cnf`);
      assert.equal(text.replace(/^(#.*)?\n/gm, ""), opensslFile(profileOf(name)));
    });

    it(`say which lines go with ${name}`, () => {
      const block = ["```", ...masterLines(profileOf(name)), "```"].join("\n");
      assert.ok(read("README.md").includes(block), block);
    });
  }
});
