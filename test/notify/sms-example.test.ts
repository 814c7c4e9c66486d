/** The example of a hook in postfix-examples/, run as mxseal runs one. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { smsText } from "../../src/mime/sms-text.ts";
import { SmsProgram } from "../../src/notify/sms-program.ts";
import { tempDirectory } from "../support/temp-directory.ts";
import { number } from "./sms-world.ts";

const example = join(import.meta.dirname, "../../postfix-examples/sms-hook.sh");
const skip = spawnSync("jq", ["--version"]).status === 0 ? false : "jq is not installed";
const timeoutMs = 20_000;
const text = smsText("de", {
  organisation: "Söhne [GmbH]",
  sender: "a@own.example",
  code: "K7QF-3MRT-9XWD",
  id: "4N8TCW2P",
  way: "portal",
  checkWords: { de: "Brücke Flöte", en: "bridge flute" },
  host: "post.own.example",
});
const sms = { to: number, text, message: "4N8TCW2P" };

describe("the example of an SMS hook", { skip }, () => {
  /** Its own directories in the place of smsd's. */
  async function install(spool: string): Promise<SmsProgram> {
    const script = await readFile(example, "utf8");
    const path = join(spool, "hook");
    await writeFile(path, script.replaceAll("/var/spool/sms/", `${spool}/`), { mode: 0o755 });
    await mkdir(join(spool, "outgoing"));
    await mkdir(join(spool, "drafts"));
    return new SmsProgram(path, timeoutMs);
  }

  it("puts a file for smsd where it looks, and leaves no other", async () => {
    await using directory = await tempDirectory();
    const hook = await install(directory.path);
    assert.deepEqual(await hook.send(sms), { kind: "taken", status: "exit status 0", answer: "" });
    const [file = "", ...more] = await readdir(join(directory.path, "outgoing"));
    assert.deepEqual(more, []);
    assert.match(file, /^mxseal-4N8TCW2P-/);
    const content = await readFile(join(directory.path, "outgoing", file), "latin1");
    assert.equal(content, `To: ${number.slice(1)}\n\n${text}`);
    assert.deepEqual(await readdir(join(directory.path, "drafts")), []);
  });

  it("wants to be asked again when the spool is not there", async () => {
    for (const missing of ["outgoing", "drafts"]) {
      await using directory = await tempDirectory();
      const hook = await install(directory.path);
      await rm(join(directory.path, missing), { recursive: true });
      // `mv` to a directory that is missing would make a file of that name.
      const outcome = await hook.send(sms);
      assert.equal(outcome.kind, "later", missing);
      assert.ok(!outcome.answer.includes("K7QF"));
    }
  });
});
