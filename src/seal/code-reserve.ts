/**
 * New codes with the costly half of their derivation (`message-key.ts`) done before a message asks
 * for one. It is the same derivation, moved: 64 MiB and some 0.1 s each, in a process that lives
 * while codes are made. While there are codes left no message waits for one, and none is made, so
 * that a burst of mail has the processors for itself. Beyond the reserve messages wait in turn, at
 * the pace of the machine's processors. Each code is given out once; what is left over ends with
 * the process and was never written anywhere.
 */
import { availableParallelism } from "node:os";
import { type CodeMaker, CodeMakerProcess } from "./code-maker.ts";
import type { PreparedCode } from "./message-key.ts";

export interface CodeSource {
  /** A code that nobody else has or will get; undefined once `signal` says that nobody waits. */
  next(signal: AbortSignal): Promise<PreparedCode | undefined>;
}

export interface CodeReserveOptions {
  /** How many codes to have ready; filled up when a quarter is gone. */
  readonly size?: number;
  /** How long nobody must have asked before the reserve is filled. */
  readonly quietMs?: number;
  /** How many processes make codes at once when messages wait. */
  readonly makers?: number;
  readonly start?: () => CodeMaker;
}

/** Each takes 64 MiB. */
const mostMakers = 4;

type Waiter = (prepared: PreparedCode | undefined) => void;

export class CodeReserve implements CodeSource, AsyncDisposable {
  readonly #start: () => CodeMaker;
  readonly #size: number;
  readonly #quietMs: number;
  readonly #makers: number;
  readonly #ready: PreparedCode[] = [];
  readonly #waiting = new Set<Waiter>();
  #quiet: NodeJS.Timeout | undefined;
  #running = 0;
  #ended: Promise<unknown> = Promise.resolve();
  #isQuiet = false;
  #stopped = false;

  constructor(pepper: Buffer, options: CodeReserveOptions = {}) {
    const { size = 128, quietMs = 1000, start = () => new CodeMakerProcess(pepper) } = options;
    this.#start = start;
    this.#size = size;
    this.#quietMs = quietMs;
    this.#makers = options.makers ?? Math.min(mostMakers, availableParallelism());
    this.#awaitQuiet();
  }

  /** How many codes are ready now. */
  get readyCount(): number {
    return this.#ready.length;
  }

  async next(signal: AbortSignal): Promise<PreparedCode | undefined> {
    if (signal.aborted || this.#stopped) return undefined;
    this.#awaitQuiet();
    return this.#ready.shift() ?? (await this.#turn(signal));
  }

  /** Whoever still waits gets nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#quiet);
    for (const leave of this.#waiting) leave(undefined);
    await this.#ended;
    for (const { codeKey } of this.#ready.splice(0)) codeKey.fill(0);
  }

  #turn(signal: AbortSignal): Promise<PreparedCode | undefined> {
    const { promise, resolve } = Promise.withResolvers<PreparedCode | undefined>();
    const leave = (): void => {
      this.#waiting.delete(resolve);
      resolve(undefined);
    };
    signal.addEventListener("abort", leave, { once: true });
    this.#waiting.add(resolve);
    this.#derive();
    return promise.finally(() => signal.removeEventListener("abort", leave));
  }

  #awaitQuiet(): void {
    clearTimeout(this.#quiet);
    this.#isQuiet = false;
    this.#quiet = setTimeout(() => {
      this.#isQuiet = true;
      this.#derive();
    }, this.#quietMs);
    this.#quiet.unref();
  }

  #derive(): void {
    if (this.#stopped) return;
    const isLow = this.#isQuiet && this.#ready.length <= (this.#size * 3) / 4;
    const wanted = Math.max(isLow ? 1 : 0, Math.min(this.#makers, this.#waiting.size));
    while (this.#running < wanted) this.#ended = Promise.all([this.#ended, this.#make()]);
  }

  /** A rejection is a bug and ends the process. */
  async #make(): Promise<void> {
    this.#running += 1;
    await this.#makeWanted();
    this.#running -= 1;
    // Somebody may have come while the maker ended.
    this.#derive();
  }

  async #makeWanted(): Promise<void> {
    await using maker = this.#start();
    while (this.#isWanted()) this.#take(await maker.make());
  }

  #isWanted(): boolean {
    if (this.#stopped) return false;
    return this.#waiting.size > 0 || (this.#isQuiet && this.#ready.length < this.#size);
  }

  #take(prepared: PreparedCode): void {
    const [first] = this.#waiting;
    if (first === undefined) {
      this.#ready.push(prepared);
      return;
    }
    this.#waiting.delete(first);
    first(prepared);
  }
}
