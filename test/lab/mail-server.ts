/**
 * A recipient's mail server (RFC 5321, RFC 3207) on port 25 of an address of its own. It behaves
 * as told, can be told otherwise at any time, and keeps every byte that it was sent.
 */
import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext, type SecureContextOptions, TLSSocket } from "node:tls";
import type { Identity } from "./authority.ts";
import { type Manner, type ReceivedMail, SmtpDialogue } from "./smtp-dialogue.ts";

/** What a server speaks; left out is what it would speak by itself. */
export type ServerTls = Pick<
  SecureContextOptions,
  "ciphers" | "dhparam" | "ecdhCurve" | "maxVersion" | "minVersion" | "secureOptions" | "sigalgs"
>;

export class MailServer implements AsyncDisposable {
  readonly host: string;
  readonly address: string;
  readonly received: ReceivedMail[] = [];
  /** User names and passwords that somebody tried to log in with. */
  readonly logins: string[] = [];
  manner: Manner;
  identity: Identity;
  tls: ServerTls = {};
  /** By SNI; undefined: `identity`. */
  identityFor: (serverName: string) => Identity | undefined = () => undefined;
  readonly #heard: Buffer[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(at: { host: string; address: string }, manner: Manner, identity: Identity) {
    this.host = at.host;
    this.address = at.address;
    this.manner = manner;
    this.identity = identity;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  async listen(port = 25): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.#server.once("error", reject);
    this.#server.listen(port, this.address, () => resolve(undefined));
    await promise;
  }

  /** Every byte of application data that was sent here, in clear or over TLS. */
  get heard(): Buffer {
    return Buffer.concat(this.#heard);
  }

  /** Mail for one recipient, oldest first. */
  mailTo(recipient: string): readonly ReceivedMail[] {
    return this.received.filter((mail) => mail.recipients.includes(recipient));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#server.close(() => resolve(undefined));
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    // A client that goes away in the middle is an ordinary event for a mail server.
    socket.on("error", () => socket.destroy());
    const { greeting = "ready" } = this.manner;
    if (greeting === "silent") return;
    if (greeting === "busy") {
      socket.end("421 4.3.2 too busy, come back later\r\n");
      return;
    }
    socket.write(`220 ${this.host} ESMTP\r\n`);
    this.#talk(socket, null);
  }

  #talk(socket: Socket, tls: string | null): void {
    const dialogue = new SmtpDialogue({
      host: this.host,
      manner: this.manner,
      tls,
      write: (text) => socket.write(text),
      close: () => socket.end(),
      startTls: () => {
        socket.removeAllListeners("data");
        this.#secure(socket);
      },
      login: (credentials) => this.logins.push(credentials),
      mail: (mail) => this.received.push(mail),
    });
    socket.on("data", (chunk: Buffer) => {
      this.#heard.push(chunk);
      dialogue.read(chunk);
    });
  }

  #secure(socket: Socket): void {
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext: this.#secureContext(this.identity),
      SNICallback: (name, done) => {
        const identity = this.identityFor(name);
        done(null, identity && this.#secureContext(identity));
      },
    });
    secured.on("error", () => socket.destroy());
    secured.once("secure", () => this.#talk(secured, secured.getProtocol()));
  }

  #secureContext({ chain, key }: Identity): ReturnType<typeof createSecureContext> {
    const { newestTls = "TLSv1.3" } = this.manner;
    return createSecureContext({
      cert: chain,
      key,
      minVersion: newestTls === "TLSv1" ? "TLSv1" : "TLSv1.2",
      maxVersion: newestTls,
      // Old protocols and short keys are what some of these servers are for.
      ciphers: "DEFAULT@SECLEVEL=0",
      ...this.tls,
    });
  }
}
