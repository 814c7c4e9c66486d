/** What the commands need of the world; `program.ts` fills it in, tests fill in their own. */
import type { Readable, Writable } from "node:stream";
import type { Language } from "../base/language.ts";
import type { Log } from "../base/log.ts";
import type { Prober } from "../gate/prober.ts";
import type { RecordedVerdict } from "../gate/record-verdict.ts";
import type { LeastAssurance } from "../rules/standing.ts";
import type { Store } from "../store/store.ts";
import type { StopRequest } from "./stop-request.ts";

export interface CliContext {
  openStore(): Promise<Store>;
  /** Rejects with MXSEAL_RESOLVER_UNUSABLE when no resolver answers. */
  requireResolver(): Promise<void>;
  /** Its probes are stored, as `Prober` promises. */
  createProber(options: ProberOptions): Prober & AsyncDisposable;
  /** Domains at a time, where no option says otherwise. */
  probeConcurrency(): number;
  /** A wish of the operator, or of the system, that the command comes to an end. */
  listenForStop(): StopRequest;
  readonly input: Readable;
  readonly out: Writable;
  readonly err: Writable;
  /** For programs that watch the log: JSON lines on standard error. */
  readonly log: Log;
  now(): number;
  /** Who gives the command, for the record: a login name. */
  author(): string;
  /** In which commands speak, where no option says otherwise. */
  language(): Language;
  /** The least assurance that counts as proven. */
  leastAssurance(): LeastAssurance;
  /** Name and edition of the profile in force; what was judged by another one does not count. */
  profile(): string;
  /** Where numbers must begin to be sent an SMS; undefined: nothing sends any. */
  smsCountries(): readonly string[] | undefined;
  /** Secret mixed into every code, from the key files. Rejects with MXSEAL_KEY_FILE_UNUSABLE. */
  loadPepper(store: Store): Promise<Buffer>;
  setExitCode(code: number): void;
}

export interface ProberOptions {
  /** Domains at a time. */
  readonly concurrency: number;
  /** Told of each verdict as it is recorded. */
  readonly publish: (recorded: RecordedVerdict) => void;
}

/**
 * 0 is success. A fault of the machine is thrown as an `MxsealError`, which `main.ts` makes 3, or
 * 2 for one of the configuration.
 */
export const exitCodes = { notAll: 1, usage: 2 } as const;

/** Tells what is wrong with the command line. */
export function refuse(context: CliContext, ...sentences: readonly string[]): void {
  for (const sentence of sentences) context.err.write(`mxseal: ${sentence}\n`);
  context.setExitCode(exitCodes.usage);
}
