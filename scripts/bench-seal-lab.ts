/**
 * What `scripts/bench seal` runs against, inside the namespace of `scripts/in-lab`: one Postfix
 * wired by postfix-examples/, with spool and store on the machine's disk, mxseal, opendkim, and a
 * recipients' server that takes everything without TLS. Every message takes the same way: in at
 * port 25, through port 10043, out to that server. Only the milter of port 10043 differs.
 */
import { type ChildProcess, fork } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Daemon, runCommand } from "../test/lab/command.ts";
import { Mxseal } from "../test/lab/mxseal.ts";
import { NameServer } from "../test/lab/name-server.ts";
import { Postfix } from "../test/lab/postfix.ts";
import { addServiceUser } from "../test/lab/user.ts";
import { waitUntil } from "../test/lab/wait-until.ts";
import type { Arrival } from "./bench-seal-sink.ts";

export const contenders = ["none", "opendkim", "mxseal"] as const;
export type Contender = (typeof contenders)[number];

export const recipient = "bench@bench.test";
const sinkAddress = "127.1.0.10";
const spool = "/var/spool/postfix";
/** opendkim trusts no directory below one that everybody may write to. */
const signerDirectory = "/run/dkim";
const masterFile = "/etc/postfix/master.cf";
const zone = {
  name: "bench.test",
  state: "unsigned",
  records: ["bench.test. MX 10 mx.bench.test.", `mx.bench.test. A ${sinkAddress}`],
} as const;
/** Postfix's own limits stand below 50 MiB; and it shall not slow its clients down by itself. */
const mainLines = [
  "message_size_limit = 120000000",
  "mailbox_size_limit = 0",
  "virtual_mailbox_limit = 0",
  "in_flow_delay = 0",
];

export class SealLab implements AsyncDisposable {
  readonly arrivals: Arrival[] = [];
  readonly mxseal: Mxseal;
  readonly postfix: Postfix = new Postfix();
  readonly #nameServer: NameServer;
  /** master.cf as postfix-examples/ makes it. */
  #wired: string | undefined;
  #sink: ChildProcess | undefined;
  #signer: Daemon | undefined;

  private constructor(directory: string) {
    this.#nameServer = new NameServer(join(directory, "dns"));
    this.mxseal = new Mxseal(join(directory, "mxseal"), { config: { seal: usualSeal } });
  }

  /** `directory` is on the disk that is to be measured with. */
  static async start(directory: string): Promise<SealLab> {
    await chmod(directory, 0o755);
    const lab = new SealLab(directory);
    await addServiceUser("mxseal", ["postdrop", "postfix"]);
    await mkdir(join(directory, "spool"));
    await runCommand(["mount", "--bind", join(directory, "spool"), spool]);
    await lab.#nameServer.start([zone], ["test", "example"]);
    await lab.#startSink();
    await lab.postfix.start({ mainLines });
    lab.#signer = await startSigner();
    await lab.mxseal.prepare();
    await lab.mxseal.start();
    return lab;
  }

  /** From now on messages meet this one on port 10043. */
  async enter(contender: Contender): Promise<void> {
    this.#wired ??= await readFile(masterFile, "utf8");
    await writeFile(
      masterFile,
      contender === "mxseal" ? this.#wired : swapped(this.#wired, contender),
    );
    await this.postfix.reload();
  }

  /** Seconds of processor so far: all of Postfix, and the milter of the contender. */
  async cpuSeconds(contender: Contender): Promise<{ postfix: number; milter: number }> {
    const master = await readFile(join(spool, "pid/master.pid"), "utf8");
    const postfix = await treeCpuSeconds(Number(master.trim()), "one");
    if (contender === "none") return { postfix, milter: 0 };
    const pid = contender === "mxseal" ? await this.milterPid() : (this.#signer?.pid ?? 0);
    return { postfix, milter: await treeCpuSeconds(pid, "many") };
  }

  async milterPid(): Promise<number> {
    const [pid] = await this.mxseal.processes("milter");
    if (pid === undefined) throw new Error("the milter does not run");
    return pid;
  }

  async #startSink(): Promise<void> {
    const sink = fork(join(import.meta.dirname, "bench-seal-sink.ts"), [sinkAddress]);
    this.#sink = sink;
    await once(sink, "message");
    sink.on("message", (arrival: Arrival) => this.arrivals.push(arrival));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mxseal[Symbol.asyncDispose]();
    await this.#signer?.[Symbol.asyncDispose]();
    await this.postfix[Symbol.asyncDispose]();
    await this.#nameServer[Symbol.asyncDispose]();
    this.#sink?.disconnect();
    await runCommand(["umount", spool]);
  }
}

/** Another milter in mxseal's place, or none, and a way out for what it does not release. */
function swapped(wired: string, contender: Exclude<Contender, "mxseal">): string {
  const milter = contender === "none" ? "" : "unix:opendkim.sock";
  const changed = wired
    .replace("smtpd_milters=unix:mxseal/milter.sock", `smtpd_milters=${milter}`)
    .replace(
      "{ content_filter = retry:4.3.0 not released by mxseal }",
      "content_filter=mxseal-notify:",
    );
  if (/milter\.sock|not released/.test(changed)) throw new Error("postfix-examples/ has changed");
  return changed;
}

/** What an operator has who says nothing; the lab makes fewer codes ahead. */
const usualSeal = { code_reserve: 128 };

/** On a unix socket like mxseal: over TCP each message would wait for the other side's silence. */
async function startSigner(): Promise<Daemon> {
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  await mkdir(signerDirectory, { recursive: true });
  const keyFile = join(signerDirectory, "dkim.pem");
  await writeFile(keyFile, key.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  const configFile = join(signerDirectory, "opendkim.conf");
  const socket = join(spool, "opendkim.sock");
  await writeFile(
    configFile,
    `Canonicalization relaxed/relaxed\nUserID root\nMode s\nDomain company.example\n` +
      `Selector bench\nKeyFile ${keyFile}\nSocket local:${socket}\nUMask 000\n` +
      `InternalHosts 127.0.0.1\nBackground no\n`,
  );
  const signer = new Daemon(["opendkim", "-f", "-x", configFile]);
  await signer.ready(async () => (await readdir(spool)).includes("opendkim.sock"));
  return signer;
}

/**
 * Of a process and all it ever started, those that have ended included. What /proc/PID/stat says of
 * one process is cut to hundredths of a second, twice: too coarse for Postfix's many short-lived
 * ones, whose only thread /proc/PID/schedstat knows to the nanosecond. The milter's threads come
 * and go, and it has seconds to show.
 */
async function treeCpuSeconds(root: number, threads: "one" | "many"): Promise<number> {
  const stats = new Map<number, readonly number[]>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const text = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    if (text !== "") stats.set(Number(name), fields.map(Number));
  }
  const isBelow = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = stats.get(pid)?.[1] ?? 0;
    return parent > 1 && isBelow(parent);
  };
  let seconds = 0;
  for (const [pid, fields] of stats) {
    if (!isBelow(pid)) continue;
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    seconds += (endedUser + endedSystem) / 100;
    seconds += threads === "many" ? (user + system) / 100 : await threadSeconds(pid);
  }
  return seconds;
}

async function threadSeconds(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/schedstat`, "utf8").catch(() => "0");
  return Number(text.split(" ")[0]) / 1e9;
}

/** Waits until `count` messages have arrived since the arrival number `from`. */
export async function awaitArrivals(lab: SealLab, from: number, count: number): Promise<void> {
  await waitUntil(`${count} messages arrive`, () => lab.arrivals.length >= from + count, {
    deadlineMs: 500_000,
    explain: () => `${lab.arrivals.length - from} came`,
  });
}
