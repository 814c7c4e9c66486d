/** The SMS hook as a program: real child processes, well-behaved and otherwise. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it, mock } from "node:test";
import { promisify } from "node:util";
import type { PhoneNumber } from "../../src/base/phone-number.ts";
import type { Sms, SmsOutcome } from "../../src/notify/sms-hook.ts";
import { checkSmsProgram, SmsProgram } from "../../src/notify/sms-program.ts";
import { waitUntil } from "../lab/wait-until.ts";
import { type TempDirectory, tempDirectory } from "../support/temp-directory.ts";

const sms: Sms = {
  to: "+491701234567" as PhoneNumber,
  text: 'Code für Sie: "K7QF-3MRT-9XWD"\n@sicher.example.de #K7QF3MRT9XWD',
  message: "4N8TCW2P",
};
const generousMs = 20_000;

describe("an SMS hook that is a program", () => {
  let directory: TempDirectory;
  let count = 0;
  before(async () => {
    directory = await tempDirectory();
  });
  after(() => directory[Symbol.asyncDispose]());

  async function script(lines: string, mode = 0o755): Promise<string> {
    count += 1;
    const path = join(directory.path, `hook-${count}`);
    await writeFile(path, `#!/bin/sh\n${lines}\n`);
    await chmod(path, mode);
    return path;
  }

  async function send(lines: string, timeoutMs = generousMs): Promise<SmsOutcome> {
    return new SmsProgram(await script(lines), timeoutMs).send(sms);
  }

  it("gets the SMS on standard input, and neither arguments nor our environment", async () => {
    const seen = join(directory.path, "seen");
    const outcome = await send(`{ cat; echo "arguments: $#"; pwd; env | sort; } > ${seen}`);
    assert.deepEqual(outcome, { kind: "taken", status: "exit status 0", answer: "" });
    const [json = "", ...rest] = (await readFile(seen, "utf8")).split("\n");
    assert.deepEqual(JSON.parse(json), sms);
    assert.deepEqual(
      rest.filter((line) => !/^(?:_|OLDPWD|SHLVL)=/.test(line)),
      ["arguments: 0", "/", "LC_ALL=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin", "PWD=/", ""],
    );
  });

  for (const [status, kind] of [
    [0, "taken"],
    [75, "later"],
    [1, "refused"],
    [64, "refused"],
    [127, "refused"],
    [255, "refused"],
  ] as const) {
    it(`says by exit status ${status} that the SMS is ${kind}`, async () => {
      const outcome = await send(`cat > /dev/null; echo no credit >&2; exit ${status}`);
      assert.equal(outcome.kind, kind);
      assert.equal(outcome.status, `exit status ${status}`);
      assert.equal(outcome.answer, "no credit\n");
      if (outcome.kind === "later") assert.equal(outcome.unsent, true);
    });
  }

  it("has refused when it was killed by somebody else", async () => {
    const outcome = await send("kill -SEGV $$");
    assert.deepEqual([outcome.kind, outcome.status], ["refused", "ended by SIGSEGV"]);
  });

  it("need not read what it is given", async () => {
    assert.equal((await send("exec <&-; exit 0")).kind, "taken");
  });

  it("is ended at the deadline with all it has started, and may have sent", async () => {
    const pids = join(directory.path, "pids");
    const outcome = await send(`sleep 600 & echo $$ $! > ${pids}; trap '' TERM; wait`, 1000);
    assert.deepEqual(outcome, {
      kind: "later",
      unsent: false,
      status: "no end within 1 s",
      answer: "",
    });
    for (const pid of (await readFile(pids, "utf8")).trim().split(" ")) {
      await waitUntil(`process ${pid} has ended`, async () => {
        const state = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "State:\tZ");
        return /^State:\s+Z/m.test(state);
      });
    }
  });

  // As of a hook that is setuid: an exception in a timer, it ended the process.
  it("runs on at the deadline where it cannot be ended, and may have sent", async () => {
    let group: number | undefined;
    const denied = mock.method(process, "kill", (pid: number) => {
      group = pid;
      throw Object.assign(new Error("kill EPERM"), { code: "EPERM", syscall: "kill" });
    });
    try {
      assert.deepEqual(await send("exec sleep 600", 50), {
        kind: "later",
        unsent: false,
        status: "no end within 0.05 s, and it runs on: kill EPERM",
        answer: "",
      });
    } finally {
      denied.mock.restore();
      if (group !== undefined) process.kill(group, "SIGKILL");
    }
  });

  it("may leave something running that holds its output open", async () => {
    const outcome = await send("echo queued; sleep 30 & exit 0");
    assert.deepEqual(outcome, { kind: "taken", status: "exit status 0", answer: "queued\n" });
  });

  it("may say as much as it likes: its beginning is kept", async () => {
    const outcome = await send("yes 'all is well' | head -c 20000000; exit 75");
    assert.equal(outcome.kind, "later");
    assert.equal(outcome.answer.length, 4096);
    assert.ok(outcome.answer.startsWith("all is well\nall is well\n"));
  });

  it("may say what is no text", async () => {
    const outcome = await send("head -c 3000 /dev/urandom; exit 0");
    assert.equal(outcome.kind, "taken");
    assert.ok(outcome.answer.length > 0);
  });

  it("is not run when it is missing, no program, or for others to change", async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ["/nonexistent/hook", /cannot be run: ENOENT/],
      [directory.path, /is not a file/],
      [await script("touch /tmp/never", 0o777), /may be changed by others/],
      [await script("exit 0", 0o775), /may be changed by others/],
    ];
    for (const [path, status] of cases) {
      await assert.rejects(checkSmsProgram(path), { code: "MXSEAL_SMS_HOOK_UNUSABLE" });
      const outcome = await new SmsProgram(path, generousMs).send(sms);
      assert.ok(outcome.kind === "later" && outcome.unsent);
      assert.match(outcome.status, status);
    }
  });

  it("may be tried again where the kernel cannot run it", async () => {
    const path = join(directory.path, "no-interpreter");
    await writeFile(path, "#!/nonexistent/interpreter\n", { mode: 0o755 });
    const outcome = await new SmsProgram(path, generousMs).send(sms);
    assert.ok(outcome.kind === "later" && outcome.unsent);
    assert.match(outcome.status, /^cannot be run: /);
  });

  it("may be tried again where there are no descriptors for it", async () => {
    const path = join(import.meta.dirname, "sms-hungry.ts");
    const limited = ["-c", 'ulimit -n 60; exec "$0" "$1"', process.execPath, path];
    const { stdout } = await promisify(execFile)("/bin/sh", limited);
    assert.partialDeepStrictEqual(JSON.parse(stdout), {
      without: { kind: "later", unsent: true },
      kind: "taken",
    });
  });
});
