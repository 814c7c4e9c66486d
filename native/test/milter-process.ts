/** Starts scene.ts in a process of its own and talks with it. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MilterOptions } from "../src/milter-options.ts";
import { withDeadline } from "./deadline.ts";

const scene = join(import.meta.dirname, "scene.ts");

export const everything: MilterOptions["can"] = [
  "addHeader",
  "changeHeader",
  "replaceBody",
  "changeSender",
  "addRecipient",
  "deleteRecipient",
  "quarantine",
];

interface Said {
  readonly event: string;
  readonly data: unknown;
}

export class MilterProcess implements AsyncDisposable {
  readonly path: string;
  readonly child: ChildProcess;
  readonly #directory: string;
  readonly #said: Said[] = [];
  readonly #exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #gone = false;
  #wake: () => void = () => undefined;
  errors = "";

  constructor(name: string, options: Partial<MilterOptions> = {}, node: readonly string[] = []) {
    this.#directory = mkdtempSync(join(tmpdir(), "milter-ts-"));
    this.path = join(this.#directory, "milter.sock");
    const all: MilterOptions = {
      name: "milter-ts-test",
      listen: { path: this.path },
      can: everything,
      body: { mode: "buffer", maxBytes: 1_000_000, onOverflow: "tempfail" },
      ...options,
    };
    this.child = fork(scene, [JSON.stringify({ scene: name, options: all })], {
      execArgv: [...node],
      silent: true,
    });
    this.child.stderr?.on("data", (chunk: Buffer) => {
      this.errors += chunk.toString();
    });
    this.child.on("message", (said: Said) => {
      this.#said.push(said);
      this.#wake();
    });
    this.#exit = once(this.child, "exit").then(([code, signal]) => {
      this.#gone = true;
      this.#wake();
      return { code, signal };
    });
  }

  static async started(
    name: string,
    options: Partial<MilterOptions> = {},
    node: readonly string[] = [],
  ): Promise<MilterProcess> {
    const milter = new MilterProcess(name, options, node);
    await milter.heard("started");
    return milter;
  }

  /** The data of the next message of that kind; throws when the process ends without it. */
  async heard(event: string): Promise<unknown> {
    for (;;) {
      const at = this.#said.findIndex((said) => said.event === event);
      const found = this.#said[at];
      if (found !== undefined) {
        this.#said.splice(at, 1);
        return found.data;
      }
      if (this.#gone) throw new Error(`no "${event}" from the process: ${this.errors}`);
      await withDeadline(`"${event}"`, (resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Whether that kind of message has come and was not yet taken. */
  has(event: string): boolean {
    return this.#said.some((said) => said.event === event);
  }

  tell(order: string, argument?: unknown): void {
    this.child.send({ order, argument });
  }

  ask(order: string, argument?: unknown): Promise<unknown> {
    this.tell(order, argument);
    return this.heard(`${order}:done`);
  }

  exit(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    return this.#exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#gone) this.child.kill("SIGKILL");
    await this.#exit;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
