/** A Postfix of the test's own: configuration, queue and data in one temporary directory. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { withDeadline } from "./deadline.ts";

export const postfixMissing: string | undefined = !existsSync("/usr/sbin/postfix")
  ? "Postfix is not installed"
  : process.getuid?.() !== 0
    ? "only root can start a Postfix"
    : undefined;

const services = [
  "cleanup unix n - n - 0 cleanup",
  "qmgr unix n - n 300 1 qmgr",
  "rewrite unix - - n - - trivial-rewrite",
  "bounce unix - - n - 0 bounce",
  "defer unix - - n - 0 bounce",
  "trace unix - - n - 0 bounce",
  "proxymap unix - - n - - proxymap",
  "anvil unix - - n - 1 anvil",
  "smtp unix - - n - - smtp",
  "retry unix - - n - - error",
  "error unix - - n - - error",
  "postlog unix-dgram n - n - 1 postlogd",
];

function userId(name: string): number {
  return Number(execFileSync("id", ["-u", name], { encoding: "utf8" }));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export class PrivatePostfix implements AsyncDisposable {
  /** Where the milter has to listen. */
  readonly milterPath: string;
  readonly #directory: string;
  readonly #port: number;
  readonly #sink: MailSink;

  private constructor(directory: string, port: number, sink: MailSink) {
    this.#directory = directory;
    this.#port = port;
    this.#sink = sink;
    this.milterPath = join(directory, "queue/milter/m.sock");
  }

  static async start(): Promise<PrivatePostfix> {
    const directory = mkdtempSync(join(tmpdir(), "milter-ts-postfix-"));
    const sink = await MailSink.listen();
    const postfix = new PrivatePostfix(directory, await freePort(), sink);
    postfix.#configure();
    postfix.#command("start");
    return postfix;
  }

  /** Sends one message and resolves with the first refusal or the reply to its end; `data` is dot-stuffed already. */
  async send(data: Buffer): Promise<string> {
    const socket = connect(this.#port, "127.0.0.1");
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const reply = async (): Promise<string> => {
      const text: string[] = [];
      for (;;) {
        const line = String((await lines.next()).value);
        text.push(line);
        if (line[3] !== "-") return text.join("\n");
      }
    };
    await reply();
    for (const command of ["EHLO x", "MAIL FROM:<s@x.example>", "RCPT TO:<r@y.example>", "DATA"]) {
      socket.write(`${command}\r\n`);
      const answer = await reply();
      if (/^[45]/.test(answer)) {
        socket.end("QUIT\r\n");
        return answer;
      }
    }
    socket.write(Buffer.concat([data, Buffer.from("\r\n.\r\n")]));
    const last = await reply();
    socket.end("QUIT\r\n");
    return last;
  }

  /** The next message that was delivered, as SMTP carried it. */
  delivered(): Promise<Buffer> {
    return this.#sink.next();
  }

  log(): string {
    return readFileSync(join(this.#directory, "log"), "utf8");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#command("stop");
    await this.#sink.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #command(action: "start" | "stop"): void {
    execFileSync("/usr/sbin/postfix", ["-c", join(this.#directory, "etc"), action], {
      stdio: "ignore",
    });
  }

  #configure(): void {
    const directory = this.#directory;
    chmodSync(directory, 0o755);
    for (const name of ["etc", "queue", "queue/milter", "data"]) mkdirSync(join(directory, name));
    chownSync(join(directory, "data"), userId("postfix"), -1);
    const settings = {
      compatibility_level: "3.6",
      queue_directory: join(directory, "queue"),
      data_directory: join(directory, "data"),
      maillog_file: join(directory, "log"),
      maillog_file_prefixes: directory,
      myhostname: "test.example",
      mydestination: "",
      inet_interfaces: "127.0.0.1",
      inet_protocols: "ipv4",
      default_transport: `smtp:[127.0.0.1]:${this.#sink.port}`,
      relay_transport: `smtp:[127.0.0.1]:${this.#sink.port}`,
      smtpd_relay_restrictions: "permit_mynetworks, reject",
      smtpd_milters: "{ unix:milter/m.sock, default_action=tempfail }",
      smtpd_peername_lookup: "no",
      message_size_limit: "100000000",
      smtp_dns_support_level: "disabled",
      smtpd_tls_security_level: "none",
      smtp_tls_security_level: "none",
      alias_maps: "",
      local_recipient_maps: "",
    };
    const main = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
    writeFileSync(join(directory, "etc/main.cf"), main.join(""));
    const master = [`127.0.0.1:${this.#port} inet n - n - - smtpd`, ...services];
    writeFileSync(join(directory, "etc/master.cf"), `${master.join("\n")}\n`);
  }
}

/** Takes what Postfix delivers. */
class MailSink {
  readonly #server: Server;
  readonly #mails: Buffer[] = [];
  #wake: () => void = () => undefined;

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async listen(): Promise<MailSink> {
    const sink = new MailSink();
    sink.#server.listen(0, "127.0.0.1");
    await once(sink.#server, "listening");
    return sink;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async next(): Promise<Buffer> {
    for (;;) {
      const mail = this.#mails.shift();
      if (mail !== undefined) return mail;
      await withDeadline("a delivery", (resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async close(): Promise<void> {
    this.#server.close();
    await once(this.#server, "close");
  }

  #serve(socket: Socket): void {
    let data: Buffer[] | undefined;
    socket.write("220 sink\r\n");
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      if (data === undefined) {
        for (const line of chunk.toString("latin1").split("\r\n").slice(0, -1)) {
          if (line === "DATA") data = [];
          socket.write(
            line === "DATA" ? "354 go\r\n" : line === "QUIT" ? "221 bye\r\n" : "250 ok\r\n",
          );
        }
        return;
      }
      data.push(chunk);
      const mail = Buffer.concat(data);
      if (!mail.subarray(-5).equals(Buffer.from("\r\n.\r\n"))) return;
      this.#mails.push(mail.subarray(0, -3));
      data = undefined;
      socket.write("250 ok\r\n");
      this.#wake();
    });
  }
}
