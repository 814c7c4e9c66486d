/**
 * A Postfix of the test's own: its own configuration, queue and data directory below a temporary
 * one, no network port. Every recipient waits (`retry:`). Needs root and an installed Postfix.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const services = `
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
flush     unix  n       -       n       1000?   0       flush
showq     unix  n       -       n       -       -       showq
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
postlog   unix-dgram n  -       n       -       1       postlogd
`;

/** Why such an instance cannot be had here; false when it can. */
export function postfixMissing(): string | false {
  if (process.getuid?.() !== 0) return "needs root";
  return existsSync("/usr/sbin/postfix") ? false : "needs Postfix";
}

export class PostfixInstance implements Disposable {
  readonly configDirectory: string;
  readonly #directory: string;

  constructor() {
    this.#directory = mkdtempSync(join(tmpdir(), "mxseal-postfix-"));
    chmodSync(this.#directory, 0o755);
    this.configDirectory = this.#make("etc");
    const data = this.#make("data");
    const queue = this.#make("spool");
    chownSync(data, Number(execFileSync("id", ["-u", "postfix"], { encoding: "utf8" })), 0);
    const settings = {
      compatibility_level: "3.6",
      queue_directory: queue,
      data_directory: data,
      myhostname: "host.own.example",
      mydestination: "",
      maillog_file: join(this.#directory, "maillog"),
      maillog_file_prefixes: tmpdir(),
      enable_long_queue_ids: "yes",
      transport_maps: "static:{retry:4.7.5 TLS check of x.example in progress}",
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
    writeFileSync(join(this.configDirectory, "main.cf"), lines.join(""));
    writeFileSync(join(this.configDirectory, "master.cf"), services);
    this.#postfix("start");
  }

  /** Hands in a message; it will wait in the queue. */
  send(recipient: string): void {
    execFileSync(
      "/usr/sbin/sendmail",
      ["-C", this.configDirectory, "-f", "a@own.example", recipient],
      {
        input: "Subject: test\n\ntext\n",
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
  }

  stop(): void {
    this.#postfix("stop");
  }

  [Symbol.dispose](): void {
    spawnSync("postfix", ["-c", this.configDirectory, "stop"], { stdio: "ignore" });
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #make(name: string): string {
    const path = join(this.#directory, name);
    mkdirSync(path);
    return path;
  }

  #postfix(command: "start" | "stop"): void {
    execFileSync("postfix", ["-c", this.configDirectory, command], { stdio: "pipe" });
  }
}
