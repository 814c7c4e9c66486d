/**
 * An SMS hook that is a program. It gets the JSON as one line on standard input and nothing on its
 * command line, which every user of a machine can read; next to no environment, no descriptors, a
 * process group of its own. Its exit status says what became of the SMS: 0 taken, 75 (EX_TEMPFAIL of
 * sysexits.h) not now, anything else not at all. After the deadline the whole group is killed, and it
 * is not known whether an SMS was sent. A program that has become another user (setuid) cannot be
 * killed: nobody waits for it, and where it is all of the group the outcome says so.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import { MxsealError } from "../base/errors.ts";
import { keptAnswerBytes, type Sms, type SmsHook, type SmsOutcome, smsJson } from "./sms-hook.ts";

const environment = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C.UTF-8" };
const temporaryFailure = 75;
/** What it started may hold its output open; nobody waits for that. */
const lastWordsMs = 500;
/** Writable for the group or anybody. */
const refusedModeBits = 0o022;

export class SmsProgram implements SmsHook {
  readonly #path: string;
  readonly #timeoutMs: number;

  constructor(path: string, timeoutMs: number) {
    this.#path = path;
    this.#timeoutMs = timeoutMs;
  }

  async send(sms: Sms): Promise<SmsOutcome> {
    try {
      await checkSmsProgram(this.#path);
      return await callProgram(start(this.#path), sms, this.#timeoutMs);
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      return { kind: "later", unsent: true, status: error.message, answer: "" };
    }
  }
}

/** Rejects with MXSEAL_SMS_HOOK_UNUSABLE, naming what is wrong with the file. */
export async function checkSmsProgram(path: string): Promise<void> {
  try {
    const status = await stat(path);
    if (!status.isFile()) throw unusable(path, "is not a file");
    await access(path, constants.X_OK);
    if ((status.mode & refusedModeBits) !== 0) {
      throw unusable(path, "may be changed by others (chmod go-w)");
    }
  } catch (error) {
    if (error instanceof MxsealError) throw error;
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw unusable(path, `cannot be run: ${error.message}`, error);
  }
}

/** Throws MXSEAL_SMS_HOOK_UNUSABLE where there is no memory for it. */
function start(path: string): ChildProcess {
  try {
    const stdio: ["pipe", "pipe", "pipe"] = ["pipe", "pipe", "pipe"];
    return spawn(path, [], { cwd: "/", detached: true, env: environment, stdio });
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw unusable(path, `cannot be run: ${error.message}`, error);
  }
}

/** Where the process has no descriptors left there are no streams, and an error that comes later. */
async function callProgram(
  program: ChildProcess,
  sms: Sms,
  timeoutMs: number,
): Promise<SmsOutcome> {
  const answer = collectAnswer(program);
  // One that ends before it has read all says so by its exit.
  program.stdin?.on("error", () => undefined).end(`${smsJson(sms)}\n`);
  const ending = await endOf(program, timeoutMs);
  return { ...ending, answer: answer() };
}

type Ending =
  | Pick<Extract<SmsOutcome, { kind: "taken" | "refused" }>, "kind" | "status">
  | Pick<Extract<SmsOutcome, { kind: "later" }>, "kind" | "status" | "unsent">;

function endOf(program: ChildProcess, timeoutMs: number): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  const deadline = setTimeout(() => {
    const why = killGroup(program);
    const alive = why === undefined ? "" : `, and it runs on: ${why}`;
    const status = `no end within ${timeoutMs / 1000} s${alive}`;
    resolve({ kind: "later", unsent: false, status });
  }, timeoutMs);
  program.once("error", (error) => {
    resolve({ kind: "later", unsent: true, status: `cannot be run: ${error.message}` });
  });
  program.once("exit", (code, signalName) => {
    clearTimeout(deadline);
    const ending = endingOf(code, signalName);
    const lastWords = setTimeout(() => resolve(ending), lastWordsMs);
    program.once("close", () => {
      clearTimeout(lastWords);
      resolve(ending);
    });
  });
  return promise.finally(() => {
    clearTimeout(deadline);
    for (const stream of [program.stdin, program.stdout, program.stderr]) stream?.destroy();
  });
}

function endingOf(code: number | null, signalName: NodeJS.Signals | null): Ending {
  const status = code === null ? `ended by ${signalName}` : `exit status ${code}`;
  if (code === 0) return { kind: "taken", status };
  if (code === temporaryFailure) return { kind: "later", unsent: true, status };
  return { kind: "refused", status };
}

/** With everything it has started. Answers what kept it from that; our own end does not wait then. */
function killGroup(program: ChildProcess): string | undefined {
  const { pid } = program;
  if (pid === undefined) return undefined;
  try {
    process.kill(-pid, "SIGKILL");
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error && "code" in error)) throw error;
    // Gone in this very moment.
    if (error.code === "ESRCH") return undefined;
    program.unref();
    return error.message;
  }
}

/** Reads to the end, whatever it says, and keeps the beginning. */
function collectAnswer(program: ChildProcess): () => string {
  let kept = Buffer.alloc(0);
  for (const stream of [program.stdout, program.stderr]) {
    stream?.on("data", (part: Buffer) => {
      if (kept.length < keptAnswerBytes) kept = Buffer.concat([kept, part]);
      kept = kept.subarray(0, keptAnswerBytes);
    });
  }
  return () => kept.toString("utf8");
}

function unusable(path: string, what: string, cause?: unknown): MxsealError {
  return new MxsealError("MXSEAL_SMS_HOOK_UNUSABLE", `the SMS hook ${path} ${what}`, { cause });
}
