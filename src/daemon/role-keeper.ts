/**
 * Keeps one role running as a child process: starts it, asks it every beat whether it lives, kills
 * it when it is silent (a hang becomes a restart), starts it again with growing pauses, and stops
 * it within a deadline. One role's trouble never touches another.
 */
import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { Pulse } from "./pulse.ts";
import { RestartPause, type RestartPauseLimits } from "./restart-pause.ts";
import { ignoreClosedChannel, pong, type SupervisorWord } from "./supervision.ts";

export interface KeptRole {
  readonly name: string;
  /** Starts the process with an IPC channel; it answers as `daemon/supervision.ts` says. */
  readonly start: () => ChildProcess;
  /** Whether the role does its work; asked every beat, judged once it has said yes. */
  readonly query?: (signal: AbortSignal) => Promise<boolean>;
}

export interface KeeperTiming extends RestartPauseLimits {
  readonly beatMs: number;
  /** Beats without answer until the process is killed. */
  readonly missedBeats: number;
  /** Beats until the first answer to a ping. */
  readonly startBeats: number;
  /** From the word to stop until SIGKILL. */
  readonly stopMs: number;
}

/** Silence is noticed after 8 to 9 s, so that a restart is under way within 10. */
export const keeperTiming: KeeperTiming = {
  beatMs: 1_000,
  missedBeats: 8,
  startBeats: 60,
  stopMs: 20_000,
  firstMs: 250,
  longestMs: 30_000,
  healthyMs: 60_000,
};

export interface KeeperParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly timing: KeeperTiming;
}

export class RoleKeeper {
  readonly #role: KeptRole;
  readonly #parts: KeeperParts;
  readonly #pause: RestartPause;
  #child: ChildProcess | undefined;
  /** Told to read its configuration again, which a role does by ending. */
  #reloading = false;
  #reloaded = false;

  constructor(role: KeptRole, parts: KeeperParts) {
    this.#role = role;
    this.#parts = parts;
    this.#pause = new RestartPause(parts.timing);
  }

  /** Until `stop`. Resolves when no process is left: true when the last one had not to be killed. */
  async keep(stop: AbortSignal): Promise<boolean> {
    let clean = true;
    while (!stop.aborted) {
      const startedAt = this.#parts.clock.now();
      clean = await this.#live(stop);
      if (stop.aborted) break;
      if (!this.#reloaded) await this.#rest(startedAt, stop);
    }
    return clean;
  }

  reload(): void {
    this.#reloading = true;
    this.#say("reload");
  }

  /** One process from start to end. False when it did not stop in time and was killed. */
  async #live(stop: AbortSignal): Promise<boolean> {
    const { log, timing } = this.#parts;
    const child = this.#role.start();
    this.#child = child;
    const fields = { role: this.#role.name, child: child.pid };
    log.info(fields, "role started");
    const ended = watchEnd(child);
    using cleanup = new DisposableStack();
    cleanup.use(this.#watchPulse(child));
    let clean = true;
    const onStop = (): void => {
      this.#say("stop");
      const timer = setTimeout(() => {
        clean = false;
        log.error(fields, "role did not stop in time; killing it");
        child.kill("SIGKILL");
      }, timing.stopMs);
      cleanup.defer(() => clearTimeout(timer));
    };
    stop.addEventListener("abort", onStop);
    cleanup.defer(() => stop.removeEventListener("abort", onStop));
    const how = await ended;
    this.#child = undefined;
    this.#reloaded = this.#reloading && how === cleanExit;
    this.#reloading = false;
    if (stop.aborted) log.info({ ...fields, how }, "role stopped");
    else if (this.#reloaded) log.info({ ...fields, how }, "role takes up its new configuration");
    else log.error({ ...fields, how }, "role ended");
    return clean;
  }

  async #rest(startedAt: number, stop: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts;
    const pauseMs = this.#pause.after(clock.now() - startedAt);
    log.info({ role: this.#role.name, pauseMs }, "role will be started again");
    await delay(pauseMs, undefined, { signal: stop }).catch((error: unknown) => {
      if (!stop.aborted) throw error;
    });
  }

  #say(word: SupervisorWord): void {
    this.#child?.send(word, ignoreClosedChannel);
  }

  /** Kills the child when it is silent, until disposed. */
  #watchPulse(child: ChildProcess): Disposable {
    const { beatMs, missedBeats, startBeats } = this.#parts.timing;
    const loop = new Pulse(missedBeats, startBeats);
    // Before its first answer a role may load for as long as its event loop turns.
    const work = new Pulse(missedBeats, Number.POSITIVE_INFINITY);
    const stopAsking = new AbortController();
    child.on("message", (message) => {
      if (message === pong) loop.answered();
    });
    const ask = this.#asker(work, stopAsking.signal);
    const beat = (): void => {
      const loopLives = loop.beat();
      const workLives = work.beat();
      if (!loopLives || !workLives) this.#killSilent(child, loopLives);
      this.#say("ping");
      void ask();
    };
    const timer = setInterval(beat, beatMs);
    return {
      [Symbol.dispose]() {
        clearInterval(timer);
        stopAsking.abort();
      },
    };
  }

  /** Asks one question at a time, each with the deadline of the pulse. */
  #asker(work: Pulse, stop: AbortSignal): () => Promise<void> {
    const { query } = this.#role;
    const { beatMs, missedBeats } = this.#parts.timing;
    let asking = false;
    return async () => {
      if (query === undefined || asking) return;
      asking = true;
      const deadline = AbortSignal.timeout(beatMs * missedBeats);
      if (await query(AbortSignal.any([stop, deadline]))) work.answered();
      asking = false;
    };
  }

  #killSilent(child: ChildProcess, loopLives: boolean): void {
    const what = loopLives ? "its lookups" : "its supervisor";
    const fields = { role: this.#role.name, child: child.pid };
    this.#parts.log.error(fields, `role does not answer ${what}; killing it`);
    child.kill("SIGKILL");
  }
}

const cleanExit = "exit 0";

/** Resolves when the process is gone or could not be started; with how, for the log. */
function watchEnd(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `exit ${code}`));
    // Also emitted when a signal or message could not be sent; the exit tells about those.
    child.on("error", (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
  });
}
