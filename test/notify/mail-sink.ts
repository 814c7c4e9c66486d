/** An SMTP server on loopback that keeps what it is given, or answers a command as it is told. */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

export interface SunkMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Dots unstuffed, without the end mark. */
  readonly bytes: Buffer;
}

export class MailSink implements AsyncDisposable {
  readonly mails: SunkMail[] = [];
  /** By the command's first word; `END` is the reply after the message. */
  readonly replies: Map<string, string> = new Map();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(): Promise<MailSink> {
    const sink = new MailSink();
    sink.#server.listen(0, "127.0.0.1");
    await once(sink.#server, "listening");
    return sink;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("not listening");
    return address.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket));
    const session = { from: "", to: [] as string[], data: undefined as string[] | undefined };
    let rest = "";
    socket.write("220 sink ESMTP\r\n");
    socket.setEncoding("latin1").on("data", (text: string) => {
      const lines = (rest + text).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#line(socket, session, line);
    });
  }

  #line(
    socket: Socket,
    session: { from: string; to: string[]; data: string[] | undefined },
    line: string,
  ): void {
    if (session.data !== undefined && line !== ".") {
      session.data.push(line.replace(/^\./, ""));
      return;
    }
    const word = session.data === undefined ? (line.split(/[ :]/)[0] ?? "").toUpperCase() : "END";
    const reply = this.replies.get(word) ?? usualReplies[word] ?? "250 ok";
    if (reply.startsWith("2") || reply.startsWith("3")) this.#note(session, word, line);
    socket.write(`${reply}\r\n`);
    if (word === "QUIT") socket.end();
  }

  #note(
    session: { from: string; to: string[]; data: string[] | undefined },
    word: string,
    line: string,
  ): void {
    if (word === "MAIL") session.from = line.slice(5);
    if (word === "RCPT") session.to.push(line.slice(5));
    if (word === "DATA") session.data = [];
    if (word !== "END") return;
    const bytes = Buffer.from((session.data ?? []).map((each) => `${each}\r\n`).join(""), "latin1");
    this.mails.push({ from: session.from, to: session.to, bytes });
    session.data = undefined;
  }
}

const usualReplies: Readonly<Record<string, string>> = {
  EHLO: "250-sink\r\n250-STARTTLS\r\n250-AUTH PLAIN\r\n250-SMTPUTF8\r\n250-DSN\r\n250 8BITMIME",
  DATA: "354 go ahead",
  QUIT: "221 bye",
};
