/**
 * `openssl s_server`: another OpenSSL than Node's, the one that Postfix uses, with switches that
 * Node's servers lack. TLS from the first byte, no SMTP.
 */
import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Identity } from "./certificates.ts";

export const opensslMissing: false | string = (() => {
  try {
    execFileSync("openssl", ["version"]);
    return false;
  } catch {
    return "openssl is not installed";
  }
})();

export class OpensslServer implements AsyncDisposable {
  readonly port: number;
  readonly #process: ChildProcessByStdio<null, Readable, null>;
  readonly #directory: string;

  private constructor(
    port: number,
    process: ChildProcessByStdio<null, Readable, null>,
    directory: string,
  ) {
    this.port = port;
    this.#process = process;
    this.#directory = directory;
  }

  static async start(identity: Identity, options: readonly string[]): Promise<OpensslServer> {
    const directory = await mkdtemp(join(tmpdir(), "mxseal-openssl-"));
    const file = join(directory, "identity.pem");
    await writeFile(file, identity.chainPem + identity.keyPem, { mode: 0o600 });
    // -rev: it would otherwise end with its standard input.
    const server = ["s_server", "-rev", "-accept", "127.0.0.1:0", "-cert", file, "-key", file];
    const process = spawn("openssl", [...server, "-cert_chain", file, ...options], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const port = await readPort(process.stdout);
    return new OpensslServer(port, process, directory);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = once(this.#process, "exit");
      this.#process.kill();
      await ended;
    }
    await rm(this.#directory, { recursive: true });
  }
}

async function readPort(output: Readable): Promise<number> {
  for await (const line of createInterface({ input: output })) {
    const port = /^ACCEPT .*:(\d+)$/.exec(line)?.[1];
    if (port !== undefined) {
      output.resume();
      return Number(port);
    }
  }
  throw new Error("openssl s_server did not start");
}
