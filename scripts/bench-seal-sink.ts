/**
 * The recipients' mail server of `scripts/bench seal`, a process of its own: takes everything, and
 * tells its parent of each message when it came and what it was.
 */
import { createServer, type Socket } from "node:net";

export interface Arrival {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: "sealed" | "signed" | "plain";
}

const endOfData = Buffer.from("\r\n.\r\n");
const headBytes = 8 * 1024;

class Session {
  readonly #socket: Socket;
  #pending: Buffer = Buffer.alloc(0);
  /** Present while a message comes in: its beginning. */
  #head: Buffer | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => this.#read(bytes));
    // A client that goes away is no news to a mail server.
    socket.on("error", () => socket.destroy());
    socket.write("220 mx.bench.test ESMTP\r\n");
  }

  #read(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (this.#head === undefined ? this.#readLine() : this.#readData());
  }

  #readLine(): boolean {
    const end = this.#pending.indexOf("\r\n");
    if (end === -1) return false;
    const verb = this.#pending.toString("latin1", 0, 4).toUpperCase();
    this.#pending = this.#pending.subarray(end + 2);
    if (verb === "DATA") this.#head = Buffer.alloc(0);
    this.#socket.write(replies[verb] ?? "250 2.0.0 ok\r\n");
    if (verb === "QUIT") this.#socket.end();
    return true;
  }

  #readData(): boolean {
    const head = this.#head ?? Buffer.alloc(0);
    const end = this.#pending.indexOf(endOfData);
    const taken = end === -1 ? Math.max(0, this.#pending.length - endOfData.length) : end;
    const missing = Math.max(0, headBytes - head.length);
    this.#head = Buffer.concat([head, this.#pending.subarray(0, Math.min(taken, missing))]);
    this.#pending = this.#pending.subarray(end === -1 ? taken : end + endOfData.length);
    if (end === -1) return false;
    process.send?.(arrivalOf(this.#head));
    this.#head = undefined;
    this.#socket.write("250 2.0.0 taken\r\n");
    return true;
  }
}

const replies: Readonly<Record<string, string>> = {
  EHLO: "250-mx.bench.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n",
  DATA: "354 go on\r\n",
  QUIT: "221 2.0.0 bye\r\n",
};

function arrivalOf(head: Buffer): Arrival {
  const text = head.toString("latin1");
  const signed = /^DKIM-Signature:/m.test(text) ? "signed" : "plain";
  return { at: Date.now(), kind: /^X-MXSeal-Id: notice:/m.test(text) ? "sealed" : signed };
}

const [, , address] = process.argv;
createServer((socket) => void new Session(socket)).listen(25, address, () => process.send?.("up"));
process.once("disconnect", () => process.exit());
