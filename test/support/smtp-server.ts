/**
 * A mail server of the tests: real sockets and real TLS on loopback, with a script that may break
 * every rule. It counts connections per moment and keeps what clients said.
 */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext, type SecureContextOptions, TLSSocket } from "node:tls";
import type { Identity } from "./certificates.ts";

const stages = ["CONNECT", "EHLO", "STARTTLS", "QUIT"] as const;
export type SmtpStage = (typeof stages)[number];

export interface SmtpScript {
  /** Raw bytes, line ends included; undefined: says nothing. */
  readonly greeting?: string | undefined;
  readonly ehlo?: string;
  readonly helo?: string;
  readonly startTls?: string;
  /** Behind `startTls` in the same write. */
  readonly injected?: string;
  /** Behind `startTls` in a segment of its own, which comes when that was read. */
  readonly injectedApart?: string;
  readonly identity?: Identity;
  readonly tls?: SecureContextOptions;
  /** After the reply to STARTTLS: no handshake, the connection is reset. */
  readonly resetsAtTls?: boolean;
  /** After the reply to STARTTLS: no handshake, no word. */
  readonly silentAtTls?: boolean;
  /** After the reply to STARTTLS and the client's first bytes: this instead of a handshake. */
  readonly rawTls?: Buffer;
  /** Sends this again and again until the client leaves, instead of what the stage calls for. */
  readonly flood?: string | Buffer;
  /** Where the flood begins; default CONNECT. At STARTTLS it comes behind the reply. */
  readonly floodsAt?: SmtpStage;
  /** Repeats this byte by byte without end, one every few milliseconds, instead of the greeting. */
  readonly drip?: string;
  readonly resetsAt?: SmtpStage;
  /** Ends the connection in good order, instead of what the stage calls for. */
  readonly closesAt?: SmtpStage;
  /** Takes the client's farewell for no reason to close. */
  readonly staysAfterQuit?: boolean;
  /** Greets nobody before this is settled. */
  readonly greetsAfter?: Promise<unknown>;
}

const defaults = {
  greeting: "220 mx.test ESMTP\r\n",
  ehlo: "250-mx.test\r\n250-SIZE 1000000\r\n250-STARTTLS\r\n250 8BITMIME\r\n",
  helo: "250 mx.test\r\n",
  startTls: "220 2.0.0 go ahead\r\n",
};
const dripMs = 2;

export class SmtpServer implements AsyncDisposable {
  readonly #server: Server;
  #script: SmtpScript;
  readonly #sockets = new Set<Socket>();
  /** Every line clients sent, also within TLS. */
  readonly heard: string[] = [];
  /** SNI of every handshake. */
  readonly serverNames: string[] = [];
  connections = 0;
  mostAtOnce = 0;
  /** What clients took or what waits for them in buffers. */
  bytesSent = 0;

  private constructor(script: SmtpScript) {
    this.#script = { ...defaults, ...script };
    this.#server = createServer({ allowHalfOpen: script.staysAfterQuit === true }, (socket) =>
      this.#serve(socket),
    );
  }

  static async start(
    script: SmtpScript,
    { address = "127.0.0.1", port = 0 }: { address?: string; port?: number } = {},
  ): Promise<SmtpServer> {
    const server = new SmtpServer(script);
    server.#server.listen(port, address);
    await once(server.#server, "listening");
    return server;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("not listening");
    return address.port;
  }

  /** Resolves when no client is connected any more. */
  async deserted(): Promise<void> {
    const closed = (socket: Socket): Promise<void> =>
      new Promise((resolve) => socket.once("close", () => resolve()));
    await Promise.all([...this.#sockets].map(closed));
  }

  /** For connections from now on. */
  set script(script: SmtpScript) {
    this.#script = { ...defaults, ...script };
  }

  /** Resolves when the next client has connected. */
  async connected(): Promise<void> {
    await once(this.#server, "connection");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#sockets.size);
    socket.setNoDelay();
    socket
      .on("error", () => undefined)
      .on("close", () => {
        this.#sockets.delete(socket);
        this.bytesSent += socket.bytesWritten;
      });
    const { greeting, drip, greetsAfter } = this.#script;
    if (this.#misbehaves(socket, "CONNECT")) return;
    if (drip !== undefined) return this.#drip(socket, drip);
    if (greetsAfter !== undefined) void greetsAfter.then(() => socket.write(greeting ?? ""));
    else if (greeting !== undefined) socket.write(greeting);
    this.#listen(socket, (line) => this.#answer(socket, line));
  }

  /** True when the script has something else in mind for this stage than an answer. */
  #misbehaves(socket: Socket, stage: SmtpStage): boolean {
    const { flood, floodsAt = "CONNECT", resetsAt, closesAt } = this.#script;
    if (resetsAt === stage) reset(socket);
    else if (closesAt === stage) socket.end();
    else if (flood !== undefined && floodsAt === stage && stage !== "STARTTLS") {
      this.#flood(socket, flood);
    } else return false;
    return true;
  }

  #flood(socket: Socket, bytes: string | Buffer): void {
    const more = (): void => {
      while (!socket.destroyed && socket.write(bytes));
    };
    socket.on("drain", more);
    more();
  }

  #drip(socket: Socket, text: string): void {
    let sent = 0;
    const timer = setInterval(() => {
      socket.write(text.charAt(sent % text.length));
      sent += 1;
    }, dripMs);
    socket.on("close", () => clearInterval(timer));
    socket.resume();
  }

  #listen(socket: Socket, answer: (line: string) => void): void {
    let rest = "";
    socket.on("data", (chunk: Buffer) => {
      rest += chunk.toString("latin1");
      const lines = rest.split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        this.heard.push(line);
        answer(line);
      }
    });
  }

  #answer(socket: Socket, line: string): void {
    const verb = line.split(" ")[0]?.toUpperCase();
    const stage = stages.find((one) => one === verb);
    if (stage !== undefined && this.#misbehaves(socket, stage)) return;
    if (verb === "EHLO") socket.write(this.#script.ehlo ?? "");
    else if (verb === "HELO") socket.write(this.#script.helo ?? "");
    else if (verb === "STARTTLS") this.#startTls(socket);
    else if (verb !== "QUIT") socket.write("502 no\r\n");
    else if (!this.#script.staysAfterQuit) socket.end("221 bye\r\n");
  }

  #startTls(socket: Socket): void {
    const { startTls = "", injected = "", injectedApart, flood } = this.#script;
    socket.removeAllListeners("data");
    socket.write(startTls + injected);
    // Two turns of the event loop that this process shares with the client.
    if (injectedApart !== undefined) {
      setImmediate(() => setImmediate(() => socket.write(injectedApart)));
    }
    const { resetsAtTls, silentAtTls, rawTls } = this.#script;
    if (flood !== undefined && this.#script.floodsAt === "STARTTLS") {
      socket.once("data", () => this.#flood(socket, flood));
    } else if (resetsAtTls) socket.once("data", () => socket.resetAndDestroy());
    else if (rawTls !== undefined) socket.once("data", () => socket.write(rawTls));
    // A first handshake message may well hold what looks like lines.
    else if (silentAtTls) socket.resume();
    else if (!startTls.startsWith("220")) {
      this.#listen(socket, (line) => this.#answer(socket, line));
    } else this.#secure(socket);
  }

  #secure(socket: Socket): void {
    const { identity, tls } = this.#script;
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext: createSecureContext({
        ...(identity && { key: identity.keyPem, cert: identity.chainPem }),
        ...tls,
      }),
      SNICallback: (name, done) => {
        this.serverNames.push(name);
        done(null);
      },
    });
    secured.on("error", () => socket.destroy());
    this.#listen(secured, (line) => this.#answer(secured, line));
  }
}

/** Within TLS there is no reset, only an end without a word. */
function reset(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
