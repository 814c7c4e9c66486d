/** Runs commands as the program does, on a store of their own, and keeps what they print. */
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { Command, CommanderError } from "commander";
import type { Domain } from "../../src/base/domain.ts";
import type { Language } from "../../src/base/language.ts";
import type { Verdict } from "../../src/base/verdict.ts";
import type { CliContext } from "../../src/cli/cli-context.ts";
import { addCodeCommand } from "../../src/cli/code-command.ts";
import { addMessageCommand } from "../../src/cli/message-command.ts";
import { addRefreshCommand } from "../../src/cli/refresh-command.ts";
import { addRuleCommand } from "../../src/cli/rule-command.ts";
import { addVerdictCommand } from "../../src/cli/verdict-command.ts";
import type { Prober } from "../../src/gate/prober.ts";
import { type RecordedVerdict, recordVerdict } from "../../src/gate/record-verdict.ts";
import type { LeastAssurance } from "../../src/rules/standing.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { tempDirectory } from "../support/temp-directory.ts";

export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly log: RecordingLog;
}

export interface CliHarness extends AsyncDisposable {
  readonly store: Store;
  run(...words: readonly string[]): Promise<CommandRun>;
}

export interface HarnessOptions {
  readonly nowMs: number;
  readonly probe?: (domain: Domain) => Promise<Verdict>;
  /** Whether messages go to a terminal. */
  readonly isTerminal?: boolean;
  /** Results go to a terminal of this width. */
  readonly columns?: number;
  readonly language?: Language;
  /** What comes from a pipe. */
  readonly input?: string;
  readonly pepper?: Buffer;
  readonly leastAssurance?: LeastAssurance;
  readonly smsCountries?: readonly string[];
  /** Given when the operator wants the command to end. */
  readonly stop?: AbortSignal;
}

export async function cliHarness(options: HarnessOptions): Promise<CliHarness> {
  const directory = await tempDirectory();
  const path = join(directory.path, "store.db");
  const store = await openStore(path);
  return {
    store,
    run: (...words) => run(() => openStore(path), options, words),
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

async function run(
  open: () => Promise<Store>,
  options: HarnessOptions,
  words: readonly string[],
): Promise<CommandRun> {
  const out = new Paper(options.columns !== undefined, options.columns);
  const err = new Paper(options.isTerminal === true);
  const log = new RecordingLog();
  let code = 0;
  const program = new Command("mxseal").exitOverride().configureOutput({
    writeOut: (text) => out.write(text),
    writeErr: (text) => err.write(text),
  });
  const context: CliContext = {
    openStore: open,
    requireResolver: async () => undefined,
    createProber: ({ publish }) => proberOf(open, options, publish),
    log,
    probeConcurrency: () => 8,
    listenForStop: () => ({
      signal: options.stop ?? new AbortController().signal,
      [Symbol.dispose]: () => undefined,
    }),
    input: Readable.from(options.input === undefined ? [] : [options.input]),
    loadPepper: () => Promise.resolve(options.pepper ?? Buffer.alloc(32)),
    out,
    err,
    now: () => options.nowMs,
    author: () => "amy",
    language: () => options.language ?? "en",
    leastAssurance: () => options.leastAssurance ?? "mx-name",
    profile: () => "bcp195/2022-11",
    smsCountries: () => options.smsCountries,
    setExitCode: (wanted) => {
      code = wanted;
    },
  };
  // The settings above reach only commands that are made from the program.
  for (const add of [
    addVerdictCommand,
    addRuleCommand,
    addRefreshCommand,
    addMessageCommand,
    addCodeCommand,
  ])
    add(program, context);
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode;
  }
  return { code, out: out.text, err: err.text, log };
}

/** Stores what it finds, as every prober does. */
function proberOf(
  open: () => Promise<Store>,
  { probe }: HarnessOptions,
  publish: (recorded: RecordedVerdict) => void,
): Prober & AsyncDisposable {
  return {
    probe: async (domain) => {
      if (probe === undefined) throw new Error(`${domain} must not be probed`);
      await using store = await open();
      const recorded = await recordVerdict(store.verdicts, await probe(domain));
      publish(recorded);
      return recorded.verdict;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

class Paper extends Writable {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  text = "";

  constructor(isTTY: boolean, columns?: number) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
    this.columns = columns;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}
