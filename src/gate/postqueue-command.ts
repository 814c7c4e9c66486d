/**
 * postqueue(1) as a child process: no shell, a deadline, bounded output, one flush at a time and
 * one listing at a time (a listing of a large queue takes minutes; flushes do not wait for it).
 *
 * The command is set-group-ID postdrop. Under NoNewPrivileges that has no effect, and the user must
 * be in the group postdrop itself; authorized_flush_users and authorized_mailq_users of postconf(5)
 * may forbid it as well. A configuration directory other than Postfix's own must be listed in
 * alternate_config_directories. Postfix answers success for a queue ID that does not exist.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { MxsealError } from "../base/errors.ts";
import { type QueueEntry, QueueListingParser } from "../wire/postqueue-json.ts";
import { isQueueId } from "../wire/queue-id.ts";
import { CommandLane } from "./command-lane.ts";
import type { Postqueue } from "./postqueue.ts";

export interface PostqueueCommandOptions {
  readonly configDirectory: string;
  /** Default: where Debian, Fedora and the sources put it. */
  readonly command?: string;
  readonly flushDeadlineMs?: number;
  readonly listDeadlineMs?: number;
}

type QueueProcess = ChildProcessByStdio<null, Readable, Readable>;

const keptStderrBytes = 4096;
const maxWaitingCommands = 1000;

export class PostqueueCommand implements Postqueue {
  readonly #options: PostqueueCommandOptions;
  readonly #flushes = new CommandLane(maxWaitingCommands);
  readonly #listings = new CommandLane(maxWaitingCommands);

  constructor(options: PostqueueCommandOptions) {
    this.#options = options;
  }

  flush(queueId: string, signal: AbortSignal): Promise<void> {
    if (!isQueueId(queueId)) return Promise.reject(commandFailed("not a queue ID"));
    return this.#flushes.run(() => this.#runFlush(["-i", queueId], signal));
  }

  flushAll(signal: AbortSignal): Promise<void> {
    return this.#flushes.run(() => this.#runFlush(["-f"], signal));
  }

  async *list(signal: AbortSignal): AsyncIterable<QueueEntry> {
    const turn = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const lane = this.#listings.run(() => {
      turn.resolve();
      return ended.promise;
    });
    try {
      await Promise.race([turn.promise, lane]);
      yield* this.#readList(signal);
    } finally {
      ended.resolve();
    }
  }

  async #runFlush(args: readonly string[], signal: AbortSignal): Promise<void> {
    const deadline = AbortSignal.timeout(this.#options.flushDeadlineMs ?? 30_000);
    const child = this.#spawn(args, AbortSignal.any([signal, deadline]));
    const exit = watchExit(child);
    child.stdout.resume();
    await exit;
  }

  async *#readList(signal: AbortSignal): AsyncIterable<QueueEntry> {
    const deadline = AbortSignal.timeout(this.#options.listDeadlineMs ?? 10 * 60_000);
    const child = this.#spawn(["-j"], AbortSignal.any([signal, deadline]));
    const exit = watchExit(child);
    const parser = new QueueListingParser();
    try {
      for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield* parser.push(chunk);
      parser.end();
      await exit;
    } finally {
      // Also when the reader stops early: nobody reads on.
      child.kill("SIGKILL");
    }
    if (parser.skippedLines > 0) {
      throw commandFailed(`postqueue -j: ${parser.skippedLines} lines could not be read`);
    }
  }

  #spawn(args: readonly string[], signal: AbortSignal): QueueProcess {
    const { command = "/usr/sbin/postqueue", configDirectory } = this.#options;
    return spawn(command, ["-c", configDirectory, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      killSignal: "SIGKILL",
    });
  }
}

/** Resolves when the command succeeded; rejects with what its first line of complaint says. */
function watchExit(child: QueueProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let complaint = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    complaint = (complaint + text).slice(0, keptStderrBytes);
  });
  child.once("error", (error) => reject(commandFailed(describeStart(child, error), error)));
  child.once("close", (status, signalName) => {
    if (status === 0) resolve();
    else reject(commandFailed(describeExit(child, complaint, signalName ?? `status ${status}`)));
  });
  // A reader that stops early does not wait for the exit any more.
  promise.catch(() => undefined);
  return promise;
}

function describeStart(child: QueueProcess, error: Error): string {
  const why = error.name === "AbortError" ? "stopped or took too long" : error.message;
  return `${commandLine(child)}: ${why}`;
}

function describeExit(child: QueueProcess, complaint: string, ending: string): string {
  // Postfix puts `postqueue: ` in front; the last line is the fatal one, the first tells the cause.
  const firstLine = complaint.split("\n", 1)[0]?.trim() ?? "";
  return `${commandLine(child)}: ${firstLine === "" ? ending : firstLine}`;
}

function commandLine(child: QueueProcess): string {
  return child.spawnargs.slice(0, 5).join(" ");
}

function commandFailed(text: string, cause?: unknown): MxsealError {
  return new MxsealError("MXSEAL_POSTFIX_COMMAND_FAILED", text, { cause });
}
