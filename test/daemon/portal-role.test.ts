/** The portal as the daemon starts it, from a configuration file, asked over its own socket. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseConfig } from "../../src/config/load.ts";
import { startPortalRole } from "../../src/daemon/portal-role.ts";
import { createKeyFiles } from "../../src/seal/key-files.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { tempDirectory } from "../support/temp-directory.ts";

/** Answers what `visit` makes of the addresses in the log. */
async function start<T>(
  settings: string,
  visit: (address: string, redirectAddress: string) => Promise<T>,
): Promise<T> {
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
  const logged = (name: string): string =>
    String(log.lines.map(({ fields }) => fields[name]).find(Boolean));
  return await visit(logged("address"), logged("redirectAddress"));
}

/** Answers what stands at each path. */
function ask(settings: string, paths: readonly string[]): Promise<readonly string[]> {
  return start(settings, (address) =>
    Promise.all(paths.map(async (path) => (await fetch(`${address}${path}`)).text())),
  );
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

  it("leads from plain HTTP to its https address where it is told to", async () => {
    const settings = 'redirect_listen = "127.0.0.1:0"\n';
    const answer = await start(settings, (_, redirectAddress) =>
      fetch(`${redirectAddress}/m/abc`, { redirect: "manual" }),
    );
    assert.equal(answer.status, 308);
    assert.equal(answer.headers.get("location"), "https://mail.company.example/m/abc");
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
