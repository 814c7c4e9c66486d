/**
 * A name server of the tests, on real UDP and TCP sockets of one port: answers what a function of
 * the test says, bytes and all.
 */
import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import {
  type Answer,
  AUTHENTIC_DATA,
  type DecodedPacket,
  decode,
  encode,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
} from "dns-packet";

export interface DnsReply {
  readonly answers?: Answer[];
  readonly authorities?: Answer[];
  readonly additionals?: Answer[];
  readonly rcode?: number;
  readonly authentic?: boolean;
  readonly truncated?: boolean;
  readonly withoutRecursion?: boolean;
  /** Default: the query's. */
  readonly id?: number;
  readonly question?: string;
}

export interface DnsQuery {
  readonly packet: DecodedPacket;
  readonly transport: "udp" | "tcp";
  readonly name: string;
  readonly type: string;
  readonly hasEdns: boolean;
  readonly sourcePort: number;
}

/** Several replies are sent one after the other; a Buffer goes out as it is; none is silence. */
export type DnsScript = (query: DnsQuery) => readonly (DnsReply | Buffer)[];

const truncatedFlag = 1 << 9;

export class DnsServer implements AsyncDisposable {
  readonly #script: DnsScript;
  readonly #udp = createSocket("udp4");
  readonly #tcp = createServer((socket) => this.#serveTcp(socket));
  readonly #sockets = new Set<Socket>();
  readonly queries: DnsQuery[] = [];

  private constructor(script: DnsScript) {
    this.#script = script;
  }

  static async start(script: DnsScript): Promise<DnsServer> {
    const server = new DnsServer(script);
    server.#tcp.listen(0, "127.0.0.1");
    await once(server.#tcp, "listening");
    server.#udp.on("message", (message, sender) => server.#serveUdp(message, sender));
    server.#udp.bind(server.port, "127.0.0.1");
    await once(server.#udp, "listening");
    return server;
  }

  get port(): number {
    const address = this.#tcp.address();
    if (address === null || typeof address === "string") throw new Error("not listening");
    return address.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#udp.close();
    this.#tcp.close();
    await once(this.#tcp, "close");
  }

  #serveUdp(message: Buffer, sender: RemoteInfo): void {
    for (const reply of this.#replies(message, "udp", sender.port)) {
      this.#udp.send(reply, sender.port, sender.address);
    }
  }

  #serveTcp(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket));
    socket.once("data", (data: Buffer) => {
      for (const reply of this.#replies(data.subarray(2), "tcp", socket.remotePort ?? 0)) {
        const prefix = Buffer.alloc(2);
        prefix.writeUInt16BE(reply.length);
        socket.write(Buffer.concat([prefix, reply]));
      }
    });
  }

  #replies(bytes: Buffer, transport: "udp" | "tcp", sourcePort: number): readonly Buffer[] {
    const packet = decode(bytes);
    const [question] = packet.questions ?? [];
    const query: DnsQuery = {
      packet,
      transport,
      name: question?.name ?? "",
      type: question?.type ?? "",
      hasEdns: (packet.additionals ?? []).some(({ type }) => type === "OPT"),
      sourcePort,
    };
    this.queries.push(query);
    return this.#script(query).map((reply) =>
      Buffer.isBuffer(reply) ? reply : encodeReply(packet, reply),
    );
  }
}

export function encodeReply(query: DecodedPacket, reply: DnsReply): Buffer {
  const asked = query.questions ?? [];
  const flags =
    RECURSION_DESIRED |
    (reply.withoutRecursion ? 0 : RECURSION_AVAILABLE) |
    (reply.authentic ? AUTHENTIC_DATA : 0) |
    (reply.truncated ? truncatedFlag : 0) |
    (reply.rcode ?? 0);
  return encode({
    type: "response",
    id: reply.id ?? query.id ?? 0,
    flags,
    questions: asked.map((one) => ({ ...one, name: reply.question ?? one.name })),
    answers: reply.answers ?? [],
    authorities: reply.authorities ?? [],
    additionals: reply.additionals ?? [],
  });
}
