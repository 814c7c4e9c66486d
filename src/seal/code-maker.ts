/**
 * Draws codes, and derives their keys or those of given codes, in a process of its own, one at a
 * time: a derivation takes 64 MiB (`message-key.ts`), and a process that seals large messages
 * meanwhile has better use for them. The pepper goes to it and the codes come back over Node's own channel between the two; it
 * ends with its disposal, or with the process that started it.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { CodeKeyInput } from "./code-key.ts";
import type { PreparedCode } from "./message-key.ts";

export interface CodeMaker extends AsyncDisposable {
  /** One call at a time. */
  make(): Promise<PreparedCode>;
}

/** Asks the process for a new code, or for the key of `derive`. */
export interface MakeRequest {
  readonly pepper: Uint8Array;
  readonly derive?: Pick<CodeKeyInput, "code" | "form"> & { readonly salt: Uint8Array };
}

/** Its answer. */
export interface MadeCode {
  readonly code: string;
  readonly salt: Uint8Array;
  readonly codeKey: Uint8Array;
}

export class CodeMakerProcess implements CodeMaker {
  readonly #pepper: Buffer;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #answer: (made: MadeCode) => void = () => undefined;
  #stopping = false;

  /** An end that nobody asked for is thrown where nobody catches it: the process is to end. */
  constructor(pepper: Buffer) {
    this.#pepper = pepper;
    const file = import.meta.filename.endsWith(".ts")
      ? "code-maker-process.ts"
      : "code-maker-process.js";
    this.#child = fork(new URL(file, import.meta.url), [], {
      serialization: "advanced",
      execArgv: ["--max-semi-space-size=1"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#ended = this.#watch();
    this.#child.on("message", (made: MadeCode) => this.#answer(made));
  }

  async #watch(): Promise<void> {
    const [code, signal] = (await once(this.#child, "exit")) as [number | null, string | null];
    if (!this.#stopping) throw new Error(`the process that makes codes ended: ${code ?? signal}`);
  }

  async make(): Promise<PreparedCode> {
    const { code, salt, codeKey } = await this.#ask({ pepper: this.#pepper });
    return { code, salt: Buffer.from(salt), codeKey: Buffer.from(codeKey) };
  }

  /** As `deriveCodeKey`, under this maker's pepper. One call at a time. */
  async derive({ code, form, salt }: Omit<CodeKeyInput, "pepper">): Promise<Buffer> {
    const { codeKey } = await this.#ask({ pepper: this.#pepper, derive: { code, form, salt } });
    return Buffer.from(codeKey);
  }

  async #ask(request: MakeRequest): Promise<MadeCode> {
    const { promise, resolve } = Promise.withResolvers<MadeCode>();
    this.#answer = resolve;
    this.#child.send(request);
    return await promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    this.#child.kill("SIGKILL");
    await this.#ended;
  }
}
