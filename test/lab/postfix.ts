/**
 * A Postfix of the lab's own, at Postfix's usual paths in the lab's private file system: Debian's
 * stock master.cf, a main.cf as a small company has it, and the files of postfix-examples/ taken
 * as they are, applied by the very steps of their README. Chroots are furnished by Debian's own
 * script.
 */
import { chown, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand, tryCommand } from "./command.ts";
import { userId } from "./user.ts";
import { waitUntil } from "./wait-until.ts";

const configDirectory = "/etc/postfix";
const queueDirectory = "/var/spool/postfix";
const dataDirectory = "/var/lib/postfix";
const mailboxDirectory = "/var/mail/boxes";
const logFile = "/var/log/mail.log";
const examples = join(import.meta.dirname, "../../postfix-examples");
/** Owner of the mailboxes; needs no entry in passwd. */
const mailboxUser = 5000;

export const ownDomain = "company.example";
export const people: readonly string[] = ["alice", "bob", "carol", "dave", "erin", "mxseal"];

export interface PostfixOptions {
  /** False: without anything of mxseal. */
  readonly wired?: boolean;
  /** More lines for main.cf, after everything else: they win. */
  readonly mainLines?: readonly string[];
  /** More lines for master.cf. */
  readonly masterLines?: readonly string[];
}

export interface QueuedMail {
  readonly queue_name: string;
  readonly queue_id: string;
  readonly sender: string;
  readonly recipients: readonly { readonly address: string; readonly delay_reason?: string }[];
}

export class Postfix implements AsyncDisposable {
  async start(options: PostfixOptions = {}): Promise<void> {
    await this.#stopLeftover();
    await this.#prepareDirectories();
    await this.#configure(options);
    await runCommand(["/usr/lib/postfix/configure-instance.sh"]);
    await runCommand(["postfix", "start"]);
    await waitUntil("Postfix listens", () => this.isRunning(), { explain: () => this.log() });
  }

  /**
   * `postfix reload` ends as soon as master has been told. Until master does it, a process that
   * waits takes its next client with the old settings: on a busy machine port 10043, just freed of
   * the milter that was away, went on refusing with 451.
   */
  async reload(): Promise<void> {
    const before = await workers();
    await runCommand(["postfix", "reload"]);
    await waitUntil("processes with the old settings end", async () => {
      const left = await workers();
      return !before.some((pid) => left.includes(pid));
    });
  }

  async isRunning(): Promise<boolean> {
    return (await tryCommand(["postfix", "status"])).code === 0;
  }

  async queue(): Promise<readonly QueuedMail[]> {
    const lines = (await runCommand(["postqueue", "-j"])).split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as QueuedMail);
  }

  /** Waits until mail for the recipient is in the queue, deferred, and answers it. */
  async deferred(recipient: string, deadlineMs = 20_000): Promise<QueuedMail> {
    return waitUntil(`mail for ${recipient} waits in the queue`, () => this.#deferred(recipient), {
      deadlineMs,
      explain: async () => JSON.stringify(await this.queue()),
    });
  }

  async #deferred(recipient: string): Promise<QueuedMail | undefined> {
    return (await this.queue()).find(
      (mail) =>
        mail.queue_name === "deferred" && mail.recipients.some((one) => one.address === recipient),
    );
  }

  async log(): Promise<string> {
    return readFile(logFile, "utf8").catch(() => "");
  }

  /** Log lines that hold every one of the words. */
  async logLines(...words: readonly string[]): Promise<readonly string[]> {
    const lines = (await this.log()).split("\n");
    return lines.filter((line) => words.every((word) => line.includes(word)));
  }

  async logged(...words: readonly string[]): Promise<readonly string[]> {
    return waitUntil(
      `Postfix logs ${words.join(" … ")}`,
      async () => {
        const lines = await this.logLines(...words);
        return lines.length > 0 && lines;
      },
      { deadlineMs: 30_000, explain: () => this.log() },
    );
  }

  /** Mail delivered to a person of the company, oldest first. */
  async mailbox(person: string): Promise<readonly Buffer[]> {
    const directory = join(mailboxDirectory, person, "new");
    const names = (await readdir(directory).catch(() => [])).sort((a, b) => (a < b ? -1 : 1));
    return Promise.all(names.map((name) => readFile(join(directory, name))));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stopLeftover();
  }

  async #stopLeftover(): Promise<void> {
    if (!(await this.isRunning())) return;
    // Debian's wrapper asks every service to end and waits; abort ends them at once.
    await tryCommand(["postfix", "abort"]);
    await waitUntil("Postfix has ended", async () => !(await this.isRunning()));
  }

  async #prepareDirectories(): Promise<void> {
    for (const directory of [queueDirectory, dataDirectory, mailboxDirectory]) {
      await empty(directory);
    }
    await rm(logFile, { force: true });
    const postfix = await userId("postfix");
    await chown(dataDirectory, postfix.uid, postfix.gid);
    await chown(mailboxDirectory, mailboxUser, mailboxUser);
  }

  async #configure(options: PostfixOptions): Promise<void> {
    const wired = options.wired ?? true;
    const example = async (name: string): Promise<string> =>
      wired ? readFile(join(examples, name), "utf8") : "";
    const master = [
      await readFile("/usr/share/postfix/master.cf.dist", "utf8"),
      await example("master.cf"),
      ...(options.masterLines ?? []),
    ];
    const main = [...companyMain(), await example("main.cf"), ...(options.mainLines ?? [])];
    await writeFile(join(configDirectory, "master.cf"), `${master.join("\n")}\n`);
    await writeFile(join(configDirectory, "main.cf"), `${main.join("\n")}\n`);
    await writeFile("/etc/aliases", "postmaster: root\n");
    await runCommand(["newaliases"]);
    if (wired) await this.#wire();
  }

  /** The steps of postfix-examples/README.md. */
  async #wire(): Promise<void> {
    for (const name of await readdir(examples)) {
      if (/\.(re|cnf)$/.test(name)) await cp(join(examples, name), join(configDirectory, name));
    }
    // Postfix 3.10 and later.
    if ((await tryCommand(["postconf", "-d", "tls_required_enable"])).stdout !== "") {
      await runCommand(["postconf", "-e", "tls_required_enable=no"]);
    }
    // Postfix 3.8 and later.
    if ((await tryCommand(["postconf", "-d", "tls_ffdhe_auto_groups"])).stdout !== "") {
      await runCommand(["postconf", "-P", "mxseal-secure/unix/tls_ffdhe_auto_groups="]);
    }
    await runCommand([
      "postconf",
      "-P",
      "smtp/inet/rewrite_service_name=rewrite-plain",
      "cleanup/unix/rewrite_service_name=rewrite-plain",
    ]);
    const [mxseal, postfix] = [await userId("mxseal"), await userId("postfix")];
    const directory = join(queueDirectory, "mxseal");
    await mkdir(directory, { mode: 0o750 });
    await chown(directory, mxseal.uid, postfix.gid);
  }
}

/** Process IDs of SMTP servers and clients: each waits for work. */
async function workers(): Promise<readonly string[]> {
  const { stdout } = await tryCommand(["pgrep", "-x", "smtpd?"]);
  return stdout.split("\n").filter((pid) => pid !== "");
}

function companyMain(): readonly string[] {
  return [
    "compatibility_level = 3.6",
    `myhostname = mail.${ownDomain}`,
    "mydestination = localhost",
    "inet_interfaces = 127.0.0.1",
    "inet_protocols = all",
    "mynetworks = 127.0.0.0/8",
    "biff = no",
    "append_dot_mydomain = no",
    `maillog_file = ${logFile}`,
    "smtp_tls_security_level = may",
    "smtp_tls_CApath = /etc/ssl/certs",
    "alias_maps = hash:/etc/aliases",
    `virtual_mailbox_domains = ${ownDomain}`,
    `virtual_mailbox_base = ${mailboxDirectory}`,
    `virtual_mailbox_maps = inline:{ ${people.map((one) => `{${one}@${ownDomain} = ${one}/}`).join(" ")} }`,
    `virtual_uid_maps = static:${mailboxUser}`,
    `virtual_gid_maps = static:${mailboxUser}`,
    "virtual_minimum_uid = 100",
  ];
}

/** Keeps the directory itself, which may be a mount point. */
async function empty(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) {
    await rm(join(directory, name), { recursive: true, force: true });
  }
}
