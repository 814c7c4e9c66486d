import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, it } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { KeptRole } from "../../src/daemon/role-keeper.ts";
import { Supervisor } from "../../src/daemon/supervisor.ts";
import {
  Events,
  FixtureProcess,
  fixturePath,
  hasEnded,
  killQuietly,
  until,
} from "./fixture-process.ts";

const timing = { beatMs: 250, stopMs: 1_000 };

/** A supervisor in this process with real children. */
class Supervised implements AsyncDisposable {
  readonly events: Events = new Events();
  readonly supervisor: Supervisor;
  readonly #stop = new AbortController();
  readonly #run: Promise<0 | 1>;

  constructor(roles: readonly Omit<KeptRole, "start">[], manner = "") {
    this.supervisor = new Supervisor({
      roles: roles.map((role) => ({ ...role, start: () => this.#start(role.name, manner) })),
      log: silentLog,
      clock: systemClock,
      timing,
    });
    this.#run = this.supervisor.run(this.#stop.signal);
  }

  stop(): Promise<0 | 1> {
    this.#stop.abort();
    return this.#run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { pid } of this.events.all) killQuietly(pid);
    await this.stop();
  }

  #start(name: string, manner: string) {
    const child = spawn(process.execPath, [fixturePath("role.ts"), name, manner], {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    this.events.follow(child);
    return child;
  }
}

const two: readonly Omit<KeptRole, "start">[] = [{ name: "lookup" }, { name: "milter" }];

describe("the supervisor", () => {
  it("starts a role again that was killed, and leaves the others alone", async () => {
    await using running = new Supervised(two);
    const first = await running.events.nth(1, "ready", "lookup");
    const other = await running.events.nth(1, "ready", "milter");
    process.kill(first.pid, "SIGKILL");
    const second = await running.events.nth(2, "ready", "lookup");
    assert.notEqual(second.pid, first.pid);
    assert.equal(running.events.of("ready", "milter").length, 1);
    assert.equal(hasEnded(other.pid), false);
  });

  it("starts a role again that was stopped by SIGSTOP", async () => {
    await using running = new Supervised(two);
    const first = await running.events.nth(1, "ready", "milter");
    process.kill(first.pid, "SIGSTOP");
    const second = await running.events.nth(2, "ready", "milter");
    assert.notEqual(second.pid, first.pid);
    assert.equal(hasEnded(first.pid), true);
    assert.equal(running.events.of("ready", "lookup").length, 1);
  });

  it("starts a role again whose event loop hangs", async () => {
    await using running = new Supervised(two);
    const first = await running.events.nth(1, "ready", "lookup");
    process.kill(first.pid, "SIGUSR2");
    await running.events.nth(1, "hangs", "lookup");
    const second = await running.events.nth(2, "ready", "lookup");
    assert.equal(hasEnded(first.pid), true);
    assert.notEqual(second.pid, first.pid);
  });

  it("starts a role again that lives but does not do its work any more", async () => {
    let works = true;
    let asked = 0;
    const query = async (): Promise<boolean> => {
      asked += 1;
      return works;
    };
    await using running = new Supervised([{ name: "lookup", query }, { name: "milter" }]);
    const first = await running.events.nth(1, "ready", "lookup");
    await until(() => asked >= 3);
    works = false;
    const second = await running.events.nth(2, "ready", "lookup");
    assert.notEqual(second.pid, first.pid);
    assert.equal(running.events.of("ready", "milter").length, 1);
  });

  it("does not kill a role that has never worked yet but lives", async () => {
    let asked = 0;
    const query = async (): Promise<boolean> => {
      asked += 1;
      return false;
    };
    await using running = new Supervised([{ name: "lookup", query }]);
    await running.events.nth(1, "ready", "lookup");
    const before = asked;
    await until(() => asked >= before + 16);
    assert.equal(running.events.of("ready", "lookup").length, 1);
  });

  it("hands a reload on to every role", async () => {
    await using running = new Supervised(two);
    for (const { name } of two) await running.events.nth(1, "ready", name);
    running.supervisor.reload();
    for (const { name } of two) await running.events.nth(1, "reload", name);
  });

  it("stops every role and answers 0", async () => {
    await using running = new Supervised(two);
    const pids = [];
    for (const { name } of two) pids.push((await running.events.nth(1, "ready", name)).pid);
    assert.equal(await running.stop(), 0);
    assert.deepEqual(pids.map(hasEnded), [true, true]);
    await running.events.nth(2, "stop");
  });

  it("kills a role that does not stop in time, and answers 1", async () => {
    await using running = new Supervised([{ name: "lookup" }], "deaf");
    const { pid } = await running.events.nth(1, "ready", "lookup");
    assert.equal(await running.stop(), 1);
    assert.equal(hasEnded(pid), true);
  });

  it("kills a role that never answers its first ping", async () => {
    const killed: unknown[] = [];
    const events = new Events();
    const log = { ...silentLog, error: (_: unknown, text: string) => killed.push(text) };
    const start = () => {
      const child = spawn(process.execPath, [fixturePath("role.ts"), "lookup", "mute"], {
        stdio: ["ignore", "pipe", "inherit", "ipc"],
      });
      events.follow(child);
      return child;
    };
    const stop = new AbortController();
    const mute = { beatMs: 100, startBeats: 20, stopMs: 100 };
    const supervisor = new Supervisor({ roles: [{ name: "lookup", start }], log, timing: mute });
    const run = supervisor.run(stop.signal);
    await until(() => killed.length >= 2);
    stop.abort();
    await run;
    for (const { pid } of events.all) killQuietly(pid);
    assert.deepEqual(killed.slice(0, 2), [
      "role does not answer its supervisor; killing it",
      "role ended",
    ]);
  });

  it("keeps trying a role that dies at once or cannot be started, with growing pauses", async () => {
    for (const program of [process.execPath, "/nonexistent"]) {
      const pauses: number[] = [];
      const stop = new AbortController();
      const log = {
        ...silentLog,
        info: (fields: Readonly<Record<string, unknown>>) => {
          if (typeof fields["pauseMs"] === "number") pauses.push(fields["pauseMs"]);
          if (pauses.length === 5) stop.abort();
        },
      };
      const start = () =>
        spawn(program, [fixturePath("role.ts"), "lookup", "dies"], {
          stdio: ["ignore", "inherit", "inherit", "ipc"],
        });
      const pausing = { firstMs: 1, longestMs: 8, healthyMs: 60_000 };
      const supervisor = new Supervisor({
        roles: [{ name: "lookup", start }],
        log,
        timing: pausing,
      });
      assert.equal(await supervisor.run(stop.signal), 0);
      assert.deepEqual(pauses, [1, 2, 4, 8, 8]);
    }
  });
});

describe("a supervisor process", () => {
  async function startedWith(manner = ""): Promise<FixtureProcess> {
    const process = new FixtureProcess("supervise.ts", manner);
    await process.events.nth(3, "ready");
    return process;
  }

  const rolePids = (process: FixtureProcess) => process.events.of("ready").map(({ pid }) => pid);

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`ends with 0 after ${signal}, when all roles have stopped`, async () => {
      using running = await startedWith();
      running.child.kill(signal);
      assert.equal(await running.end(), "0");
      assert.deepEqual(rolePids(running).map(hasEnded), [true, true, true]);
    });
  }

  it("lets its roles stop in peace when the whole group is signalled, as systemd does", async () => {
    using running = await startedWith();
    for (const pid of [running.pid, ...rolePids(running)]) process.kill(pid, "SIGTERM");
    assert.equal(await running.end(), "0");
    assert.equal(running.events.of("stop").length, 3);
  });

  it("hands HUP on as a reload and goes on", async () => {
    using running = await startedWith();
    running.child.kill("SIGHUP");
    await running.events.nth(3, "reload");
    assert.equal(running.events.of("ready").length, 3);
  });

  it("leaves no role behind when it is killed", async () => {
    using running = await startedWith();
    running.child.kill("SIGKILL");
    assert.equal(await running.end(), "SIGKILL");
    await until(() => rolePids(running).every(hasEnded));
  });

  it("kills roles that do not stop, and ends with 1", async () => {
    using running = await startedWith("deaf");
    running.child.kill("SIGTERM");
    assert.equal(await running.end(), "1");
    assert.deepEqual(rolePids(running).map(hasEnded), [true, true, true]);
  });
});
