/** The demo's inner half: what a visitor sees is what happened. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tryCommand } from "./command.ts";

const script = join(import.meta.dirname, "../../scripts/demo.ts");
/** Another lab of this namespace may be at work first. */
const deadlineMs = 15 * 60_000;

describe("the demo", () => {
  it("shows every way, keeps every promise and opens what it sealed", async () => {
    const directory = await mkdtemp(join(tmpdir(), "mxseal-demo-test-"));
    const env = {
      MXSEAL_DEMO_SOCKET: join(directory, "portal.sock"),
      MXSEAL_DEMO_PORTAL: "http://127.0.0.1:8480",
    };
    const { code, stdout, stderr } = await tryCommand([process.execPath, script, "--once"], {
      env,
      deadlineMs,
    });
    await rm(directory, { recursive: true });
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    const rows = new Map(
      stdout.split("\n").flatMap((line) => {
        const [, domain, rest] = /^ anna@(\S+) +(.*)$/.exec(line) ?? [];
        return domain === undefined || rest === undefined ? [] : [[domain, rest] as const];
      }),
    );
    assert.equal(rows.size, 15);
    assert.match(rows.get("valid.test") ?? "", /^proven +direct +the original, .* TLS 1\.3$/);
    assert.match(rows.get("plain.test") ?? "", /^failed +sealed +a link, .* in clear$/);
    assert.match(rows.get("allowed.test") ?? "", /^failed +allowed +the original, .* in clear$/);
    assert.match(rows.get("rejected.test") ?? "", /^failed +rejected +nothing; .* 5\.7\.10$/);
    assert.match(rows.get("busy.test") ?? "", /^unknown +waits +nothing yet$/);
    assert.match(rows.get("no-mail.test") ?? "", /^no-mail +\w+ +nothing; .* 5\.1\.10$/);
    assert.match(stdout, /Link and code were tried: they open the message/);
  });
});
