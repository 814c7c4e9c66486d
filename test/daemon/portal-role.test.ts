/** The portal as the daemon starts it, from a configuration file, asked over its own socket. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseConfig } from "../../src/config/load.ts";
import { startPortalRole } from "../../src/daemon/portal-role.ts";
import { createKeyFiles } from "../../src/seal/key-files.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { tempDirectory } from "../support/temp-directory.ts";

/** Answers what stands at each path. */
async function ask(settings: string, paths: readonly string[]): Promise<readonly string[]> {
  await using directory = await tempDirectory();
  const keys = `${directory.path}/keys`;
  await createKeyFiles(keys);
  const text = `[store]
path = "${directory.path}/store.db"
[keys]
directory = "${keys}"
[portal]
base_url = "https://mail.company.example"
listen = "127.0.0.1:0"
${settings}`;
  const log = new RecordingLog();
  const config = parseConfig(text, "test.toml");
  await using _ = await startPortalRole({ config, configPath: undefined, log });
  const address = log.lines.map(({ fields }) => fields["address"]).find(Boolean);
  const answers = paths.map(async (path) => (await fetch(`${String(address)}${path}`)).text());
  return await Promise.all(answers);
}

describe("the portal that a configuration starts", () => {
  it("links to imprint and statements, and says where to report weaknesses", async () => {
    // Once these worked in tests only: no key of the configuration led to them.
    const [page = "", security = ""] = await ask(
      `imprint_url = "https://company.example/impressum"
privacy_url = "https://company.example/datenschutz"
accessibility_url = "https://company.example/barrierefreiheit"
security_contact = "security@company.example"
`,
      ["/", "/.well-known/security.txt"],
    );
    assert.match(page, /href="https:\/\/company\.example\/impressum"/);
    assert.match(page, /href="https:\/\/company\.example\/datenschutz"/);
    assert.match(page, /href="https:\/\/company\.example\/barrierefreiheit"[^>]*>Accessibility</);
    assert.match(security, /^Contact: mailto:security@company\.example$/m);
  });

  it("has neither where nothing is set", async () => {
    const [page = "", security = ""] = await ask("", ["/", "/.well-known/security.txt"]);
    assert.doesNotMatch(page, /Impressum|Legal notice/);
    assert.doesNotMatch(security, /Contact/);
  });

  it("refuses links that are not https, and contacts that are none", () => {
    for (const line of ['imprint_url = "http://a.example/"', 'security_contact = "call us"']) {
      assert.throws(() => parseConfig(`[portal]\n${line}`, "test.toml"), {
        code: "MXSEAL_CONFIG_INVALID",
      });
    }
  });
});
