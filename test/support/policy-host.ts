/**
 * An MTA-STS policy host: TLS on loopback, and behind it whatever bytes a test wants to answer a
 * request with, well-formed HTTP or not.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { TLSSocket, type TLSSocketOptions } from "node:tls";
import type { Identity } from "./certificates.ts";

export interface PolicyRequest {
  /** The head as it came: request line and fields. */
  readonly head: string;
  readonly serverName: string | false | null;
}

export interface PolicyVisit {
  readonly socket: TLSSocket;
  /** Ends the connection without the farewell of TLS, as somebody between the two would. */
  readonly cut: () => void;
}

/** Called once the head of a request is there. */
export type PolicyAnswer = (visit: PolicyVisit) => void;

export interface PolicyHostPlace {
  readonly address?: string;
  readonly port?: number;
  readonly tls?: TLSSocketOptions;
}

export class PolicyHost implements AsyncDisposable {
  readonly requests: PolicyRequest[] = [];
  /** May be changed between requests. */
  answer: PolicyAnswer;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(identity: Identity, answer: PolicyAnswer, options: TLSSocketOptions) {
    this.answer = answer;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => this.#sockets.delete(socket));
      const { chainPem: cert, keyPem: key } = identity;
      this.#serve(socket, new TLSSocket(socket, { ...options, isServer: true, cert, key }));
    });
  }

  static async start(
    identity: Identity,
    answer: PolicyAnswer,
    { address = "127.0.0.1", port = 0, tls = {} }: PolicyHostPlace = {},
  ): Promise<PolicyHost> {
    const host = new PolicyHost(identity, answer, tls);
    host.#server.listen(port, address);
    await once(host.#server, "listening");
    return host;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #serve(raw: Socket, socket: TLSSocket): void {
    socket.on("error", () => undefined);
    let head = "";
    socket.on("data", (chunk: Buffer) => {
      if (head.includes("\r\n\r\n")) return;
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      this.requests.push({ head, serverName: socket.servername });
      this.answer({ socket, cut: () => raw.destroy() });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, "close");
  }
}

export interface HttpAnswer {
  readonly version?: string;
  readonly status?: string;
  /** undefined leaves a field of the usual ones away. */
  readonly fields?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Buffer;
}

/** A whole answer in one piece, with the fields that a web server gives a text file. */
export function answerBytes({ version, status, fields, body = "" }: HttpAnswer): Buffer {
  const bytes = Buffer.from(body);
  const all = { "Content-Type": "text/plain", "Content-Length": `${bytes.length}`, ...fields };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  const head = [`${version ?? "HTTP/1.1"} ${status ?? "200 OK"}`, ...lines, "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head, "latin1"), bytes]);
}

export function answerWith(answer: HttpAnswer): PolicyAnswer {
  return ({ socket }) => void socket.end(answerBytes(answer));
}
