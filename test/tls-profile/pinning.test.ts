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
    `  -o tls_config_name=mxseal-${name}`,
    `  -o { tls_eecdh_auto_curves = ${offer.groups.join(" ")} }`,
    `  -o { smtp_tls_mandatory_exclude_ciphers = ${offer.exclusions.join(" ")} }`,
  ];
}

function sections({ name, offer }: TlsProfile): string {
  return [
    `[mxseal-${name}]`,
    `ssl_conf = mxseal-${name}-ssl`,
    `[mxseal-${name}-ssl]`,
    `system_default = mxseal-${name}-tls`,
    `[mxseal-${name}-tls]`,
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
  it("have every profile in OpenSSL's file, and nothing else", () => {
    const profiles = profileNames.map(profileOf);
    const names = profiles.map(({ name }) => `mxseal-${name} = mxseal-${name}\n`).join("");
    const expected = [names, ...profiles.map(sections)].join("\n");
    assert.equal(read("mxseal-tls.cnf").replace(/^#.*\n+/gm, ""), expected);
  });

  it("pin mxseal-secure to the default profile", () => {
    const lines = serviceOf("mxseal-secure");
    const pinned = [
      ...masterLines(bsi),
      "  -o tls_config_file=$config_directory/mxseal-tls.cnf",
      `  -o smtp_tls_mandatory_protocols=>=${bsi.offer.leastProtocol}`,
      `  -o smtp_tls_mandatory_ciphers=${bsi.offer.postfixCiphers}`,
      "  -o tls_high_cipherlist=aNULL:-aNULL:HIGH:@STRENGTH",
      "  -o smtp_dns_support_level=dnssec",
    ];
    for (const line of pinned) assert.ok(lines.includes(line), line);
  });

  for (const name of profileNames) {
    it(`say which lines go with ${name}`, () => {
      const block = ["```", ...masterLines(profileOf(name)), "```"].join("\n");
      assert.ok(read("README.md").includes(block), block);
    });
  }
});
