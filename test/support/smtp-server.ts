/**
 * A mail server of the tests: real sockets and real TLS on loopback, with a script that may break
 * every rule. It counts connections per moment and keeps what clients said.
 */
import { once } from "node:events";
import { createServer, type Server, Socket } from "node:net";
import { createSecureContext, type SecureContextOptions, TLSSocket } from "node:tls";
import type { Identity } from "./certificates.ts";

export interface SmtpScript {
  /** Raw bytes, line ends included; undefined: says nothing. */
  readonly greeting?: string | undefined;
  readonly ehlo?: string;
  readonly helo?: string;
  readonly startTls?: string;
  /** Behind `startTls` in the same write. */
  readonly injected?: string;
  readonly identity?: Identity;
  readonly tls?: SecureContextOptions;
  /** After the reply to STARTTLS: no handshake, the connection is reset. */
  readonly resetsAtTls?: boolean;
  /** After the reply to STARTTLS: no handshake, no word. */
  readonly silentAtTls?: boolean;
  /** Sends this again and again until the client leaves. */
  readonly flood?: string;
  readonly resetsAtEhlo?: boolean;
}

const defaults = {
  greeting: "220 mx.test ESMTP\r\n",
  ehlo: "250-mx.test\r\n250-SIZE 1000000\r\n250-STARTTLS\r\n250 8BITMIME\r\n",
  helo: "250 mx.test\r\n",
  startTls: "220 2.0.0 go ahead\r\n",
};

export class SmtpServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #script: SmtpScript;
  readonly #sockets = new Set<Socket>();
  /** Every line clients sent, also within TLS. */
  readonly heard: string[] = [];
  /** SNI of every handshake. */
  readonly serverNames: string[] = [];
  connections = 0;
  mostAtOnce = 0;

  private constructor(script: SmtpScript) {
    this.#script = { ...defaults, ...script };
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(script: SmtpScript): Promise<SmtpServer> {
    const server = new SmtpServer(script);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
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
    this.connections += 1;
    this.#sockets.add(socket);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#sockets.size);
    socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket));
    const { greeting, flood } = this.#script;
    if (flood !== undefined) return this.#flood(socket, flood);
    if (greeting !== undefined) socket.write(greeting);
    this.#listen(socket, (line) => this.#answer(socket, line));
  }

  #flood(socket: Socket, text: string): void {
    const more = (): void => {
      while (!socket.destroyed && socket.write(text));
    };
    socket.on("drain", more);
    more();
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
    if (verb === "EHLO" && this.#script.resetsAtEhlo && socket instanceof Socket) {
      socket.resetAndDestroy();
    } else if (verb === "EHLO") socket.write(this.#script.ehlo ?? "");
    else if (verb === "HELO") socket.write(this.#script.helo ?? "");
    else if (verb === "STARTTLS") this.#startTls(socket);
    else if (verb === "QUIT") socket.end("221 bye\r\n");
    else socket.write("502 no\r\n");
  }

  #startTls(socket: Socket): void {
    const { startTls = "", injected = "", identity, tls, resetsAtTls, silentAtTls } = this.#script;
    socket.removeAllListeners("data");
    socket.write(startTls + injected);
    if (resetsAtTls) {
      socket.once("data", () => socket.resetAndDestroy());
      return;
    }
    if (silentAtTls || !startTls.startsWith("220")) {
      this.#listen(socket, (line) => this.#answer(socket, line));
      return;
    }
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
