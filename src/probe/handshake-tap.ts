/**
 * Stands between a socket and Node's TLS and keeps a copy of what the server sends, because Node
 * has no way to ask how the server signed or what TLS 1.2 was protected with. Bytes pass unchanged.
 *
 * Limits: 256 KiB are kept, more than OpenSSL takes of certificates; of a longer handshake nothing
 * is. Security: the traffic secret is our own connection's and opens the server's handshake messages
 * and nothing else. It leaves this object for the reader alone, and `release` overwrites it.
 */
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

const maxKept = 256 * 1024;
const secretLabel = "SERVER_HANDSHAKE_TRAFFIC_SECRET ";

export interface TappedHandshake {
  readonly captured: Buffer;
  readonly trafficSecret: Buffer | undefined;
}

export class HandshakeTap extends Duplex {
  readonly #socket: Socket;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #isKeeping = true;
  #trafficSecret: Buffer | undefined;

  /** The socket is this stream's from now on: it ends and is destroyed with it. */
  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#pass(chunk));
    socket.once("end", () => this.push(null));
    socket.once("error", (error) => this.destroy(error));
    socket.once("close", () => this.destroy());
    // The TLS layer tells of errors while there is one; afterwards nobody listens, nor needs to.
    this.on("error", () => undefined);
  }

  /** A line of the `keylog` event (NSS key log format); it is overwritten here. */
  learn(line: Buffer): void {
    const text = line.toString("latin1");
    line.fill(0);
    if (!text.startsWith(secretLabel)) return;
    this.#trafficSecret = Buffer.from(text.slice(text.lastIndexOf(" ") + 1).trimEnd(), "hex");
  }

  /** Once: what there is to read. Nothing is kept from here on. */
  reveal(): TappedHandshake {
    this.#isKeeping = false;
    return { captured: Buffer.concat(this.#kept), trafficSecret: this.#trafficSecret };
  }

  release(): void {
    this.#isKeeping = false;
    this.#kept = [];
    this.#trafficSecret?.fill(0);
    this.#trafficSecret = undefined;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    // A socket whose other side has closed ends by itself.
    if (this.#socket.writableEnded) return done();
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.release();
    this.#socket.destroy();
    done(error);
  }

  #pass(chunk: Buffer): void {
    if (this.#isKeeping) this.#keep(chunk);
    if (!this.push(chunk)) this.#socket.pause();
  }

  #keep(chunk: Buffer): void {
    this.#keptBytes += chunk.length;
    if (this.#keptBytes > maxKept) this.release();
    else this.#kept.push(chunk);
  }
}
