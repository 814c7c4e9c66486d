import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { PostqueueCommand } from "../../src/gate/postqueue-command.ts";
import type { QueueEntry } from "../../src/wire/postqueue-json.ts";
import { PostfixInstance, postfixMissing } from "./postfix-instance.ts";

const never = new AbortController().signal;

async function collect(entries: AsyncIterable<QueueEntry>): Promise<readonly QueueEntry[]> {
  const all: QueueEntry[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

/** Asks again and again, for as long as a test may take. */
async function listUntil(
  postqueue: PostqueueCommand,
  holds: (entries: readonly QueueEntry[]) => boolean,
): Promise<readonly QueueEntry[]> {
  const deadline = AbortSignal.timeout(20_000);
  for (;;) {
    const entries = await collect(postqueue.list(deadline));
    if (holds(entries)) return entries;
    await delay(50, undefined, { signal: deadline });
  }
}

const commandFailed = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Error);
  assert.equal("code" in error && error.code, "MXSEAL_POSTFIX_COMMAND_FAILED");
  assert.match(error.message, pattern);
  return true;
};

describe("PostqueueCommand with a real Postfix", { skip: postfixMissing() }, () => {
  let postfix: PostfixInstance;
  let postqueue: PostqueueCommand;

  before(() => {
    postfix = new PostfixInstance();
    postqueue = new PostqueueCommand({ configDirectory: postfix.configDirectory });
  });
  after(() => postfix[Symbol.dispose]());

  it("lists an empty queue as nothing", async () => {
    assert.deepEqual(await collect(postqueue.list(never)), []);
  });

  it("lists mail that waits, with the reason, and flushes it", async () => {
    postfix.send("B+ext@x.example");
    const waiting = (entries: readonly QueueEntry[]): boolean =>
      entries[0]?.queueName === "deferred";
    const [entry] = await listUntil(postqueue, waiting);
    assert.deepEqual(entry?.recipients, [
      { address: "B+ext@x.example", delayReason: "TLS check of x.example in progress" },
    ]);
    await postqueue.flush(entry?.queueId ?? "", never);
    await postqueue.flushAll(never);
    await listUntil(postqueue, waiting);
  });

  it("finds nothing wrong with a queue ID that does not exist", async () => {
    await postqueue.flush("4jY0nz75RMzJJXy", never);
  });

  it("runs many commands, one after the other", async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `A000${10 + index}`);
    await Promise.all(ids.map((id) => postqueue.flush(id, never)));
  });

  it("says that Postfix is down", async () => {
    postfix.stop();
    await assert.rejects(
      postqueue.flush("A00001", never),
      commandFailed(/postqueue -c .* -i A00001: postqueue: .*flush: Connection refused/),
    );
  });
});

describe("PostqueueCommand", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "mxseal-postqueue-"));
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  function commandThat(name: string, script: string): string {
    const path = join(directory, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  function fake(name: string, script: string, limits = {}): PostqueueCommand {
    const command = commandThat(name, script);
    return new PostqueueCommand({ configDirectory: directory, command, ...limits });
  }

  const line =
    '{"queue_name":"deferred","queue_id":"A00001","arrival_time":1,"message_size":1,"sender":"","recipients":[]}';

  it("hands no queue ID to a command that is none", async () => {
    const ran = join(directory, "ran");
    const postqueue = fake("touch", `touch ${ran}`);
    for (const id of ["-f", "A00001 -f", "", "ALL"]) {
      await assert.rejects(postqueue.flush(id, never), commandFailed(/not a queue ID/));
    }
    assert.equal(existsSync(ran), false);
  });

  it("names the first line of complaint, or else the exit status", async () => {
    const loud = fake("loud", "echo 'postqueue: fatal: no such thing' >&2; echo more >&2; exit 69");
    await assert.rejects(
      loud.flush("A00001", never),
      commandFailed(/: postqueue: fatal: no such thing$/),
    );
    const quiet = fake("quiet", "exit 75");
    await assert.rejects(quiet.flushAll(never), commandFailed(/ -f: status 75$/));
  });

  it("kills a command that takes too long", async () => {
    const postqueue = fake("slow", "exec sleep 600", { flushDeadlineMs: 100, listDeadlineMs: 100 });
    await assert.rejects(postqueue.flush("A00001", never), commandFailed(/took too long/));
    await assert.rejects(collect(postqueue.list(never)), commandFailed(/took too long/));
  });

  it("stops when it is told to", async () => {
    const postqueue = fake("stopped", "exec sleep 600");
    const stop = new AbortController();
    const flush = postqueue.flush("A00001", stop.signal);
    const waiting = postqueue.flush("A00002", stop.signal);
    stop.abort();
    await assert.rejects(flush, commandFailed(/stopped/));
    await assert.rejects(waiting, commandFailed(/stopped/));
  });

  it("says that the command is missing", async () => {
    const postqueue = new PostqueueCommand({ configDirectory: directory, command: "/nonexistent" });
    await assert.rejects(postqueue.flushAll(never), commandFailed(/ENOENT/));
    await assert.rejects(collect(postqueue.list(never)), commandFailed(/ENOENT/));
  });

  it("survives a command that complains without end", async () => {
    const postqueue = fake("flood", "yes complaint | head -c 3000000 >&2; exit 1");
    await assert.rejects(postqueue.flush("A00001", never), commandFailed(/: complaint$/));
  });

  it("gives what it could read of a listing, then fails", async () => {
    for (const [name, script] of [
      ["broken", `echo '${line}'; echo nonsense`],
      ["failing", `echo '${line}'; exit 69`],
    ] as const) {
      const seen: string[] = [];
      const read = async (): Promise<void> => {
        for await (const { queueId } of fake(name, script).list(never)) seen.push(queueId);
      };
      await assert.rejects(read(), commandFailed(/lines could not be read|status 69/));
      assert.deepEqual(seen, ["A00001"]);
    }
  });

  it("ends the command when its reader stops early, and can list again", async () => {
    const postqueue = fake("endless", `while :; do echo '${line}'; done`);
    for (let round = 0; round < 2; round += 1) {
      for await (const entry of postqueue.list(never)) {
        assert.equal(entry.queueId, "A00001");
        break;
      }
    }
  });

  it("refuses when too many commands wait already", async () => {
    const postqueue = fake("waiting", "exec sleep 600");
    const stop = new AbortController();
    const flushes = Array.from({ length: 1000 }, () => postqueue.flush("A00001", stop.signal));
    const settled = Promise.allSettled(flushes);
    await assert.rejects(postqueue.flush("A00001", stop.signal), commandFailed(/commands wait/));
    stop.abort();
    const outcomes = await settled;
    assert.ok(outcomes.every(({ status }) => status === "rejected"));
  });
});
