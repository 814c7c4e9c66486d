/**
 * New codes with the costly half of their derivation (`message-key.ts`) done before a message asks
 * for one. It is the same derivation, moved: 64 MiB and some 0.1 s each, one at a time, on a thread
 * of its own, so that neither a message nor the event loop waits while there are codes left, and
 * ten messages at once take the memory of one derivation. Beyond the reserve messages wait for
 * their code in turn, at the pace of one processor. Each code is given out once; what is left over
 * ends with the process and was never written anywhere.
 */
import { Worker } from "node:worker_threads";
import type { PreparedCode } from "./message-key.ts";

export interface CodeSource {
  /** A code that nobody else has or will get; undefined once `signal` says that nobody waits. */
  next(signal: AbortSignal): Promise<PreparedCode | undefined>;
}

/** What the thread is started with. */
export interface CodeWorkerData {
  readonly pepper: Uint8Array;
}

/** What the thread answers to each message. */
export interface DerivedCode {
  readonly code: string;
  readonly salt: Uint8Array;
  readonly codeKey: Uint8Array;
}

type Waiter = (prepared: PreparedCode) => void;

const usualSize = 128;
const workerHeapMib = 16;

export class CodeReserve implements CodeSource, AsyncDisposable {
  readonly #size: number;
  readonly #worker: Worker;
  readonly #ready: PreparedCode[] = [];
  readonly #waiting = new Set<Waiter>();
  #stopping = false;
  #asked = false;

  /** Begins to fill at once. A thread that ends by itself is a bug and ends the process. */
  constructor(pepper: Buffer, size: number = usualSize) {
    this.#size = size;
    const file = import.meta.url.endsWith(".ts") ? "./code-worker.ts" : "./code-worker.js";
    const workerData: CodeWorkerData = { pepper };
    const resourceLimits = { maxOldGenerationSizeMb: workerHeapMib };
    this.#worker = new Worker(new URL(file, import.meta.url), { workerData, resourceLimits });
    this.#worker.on("message", (derived: DerivedCode) => this.#take(derived));
    this.#worker.on("exit", () => {
      if (!this.#stopping) throw new Error("the thread that derives codes has ended");
    });
    this.#ask();
  }

  /** How many codes are ready now. */
  get readyCount(): number {
    return this.#ready.length;
  }

  async next(signal: AbortSignal): Promise<PreparedCode | undefined> {
    if (signal.aborted) return undefined;
    const prepared = this.#ready.shift() ?? (await this.#turn(signal));
    this.#ask();
    return prepared;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    await this.#worker.terminate();
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
    this.#ask();
    return promise.finally(() => signal.removeEventListener("abort", leave));
  }

  #ask(): void {
    if (this.#asked || this.#stopping) return;
    if (this.#ready.length >= this.#size && this.#waiting.size === 0) return;
    this.#asked = true;
    this.#worker.postMessage(null);
  }

  #take({ code, salt, codeKey }: DerivedCode): void {
    this.#asked = false;
    const prepared = { code, salt: Buffer.from(salt), codeKey: Buffer.from(codeKey) };
    const [first] = this.#waiting;
    if (first === undefined) this.#ready.push(prepared);
    else {
      this.#waiting.delete(first);
      first(prepared);
    }
    this.#ask();
  }
}
