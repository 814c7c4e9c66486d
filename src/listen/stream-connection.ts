/**
 * One connection of a client that asks and waits for answers: Postfix's policy and socketmap
 * clients. Requests are answered in the order they came, however they were split or pipelined.
 *
 * Limits: an idle connection stays open for ever, because Postfix takes the closing of one for a
 * fault. Only a peer that stops in the middle of a request, or does not read its answers, has a
 * deadline. While an answer is awaited or the peer does not read, nothing more is read from it.
 * Diagnostics: one line when a connection is closed for the peer's fault, saying which.
 */
import type { Socket } from "node:net";
import { ProtocolError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Flushable, WriteBatch } from "./write-batch.ts";

export interface RequestParser<Request> {
  push(chunk: Buffer): void;
  /** Undefined when more bytes are needed. Throws `ProtocolError`. */
  next(): Request | undefined;
  readonly pending: boolean;
}

export interface StreamProtocol<Request> {
  /** Names the service in the log. */
  readonly name: string;
  createParser(): RequestParser<Request>;
  /** The whole reply, well-formed text. Must not fail for what a peer can send. */
  answer(request: Request): string | Promise<string>;
}

export interface ConnectionOptions {
  readonly stallTimeoutMs: number;
  readonly batch: WriteBatch;
  readonly log: Log;
}

/** Answers of pipelined requests are written together up to about this many characters. */
const writeSize = 16_384;

export class StreamConnection<Request> implements Flushable {
  /** Resolves when the socket is gone and nothing of the connection is left. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #protocol: StreamProtocol<Request>;
  readonly #parser: RequestParser<Request>;
  readonly #options: ConnectionOptions;
  readonly #peer: string;
  /** Answers that the batch is to write. */
  #output = "";
  /** An answer is awaited. */
  #busy = false;
  #reading = true;
  #finishing = false;
  #closed = false;
  #fault: ProtocolError | undefined;
  /** Something was answered since the deadline was set. */
  #progress = false;
  #deadline: NodeJS.Timeout | undefined;

  constructor(socket: Socket, protocol: StreamProtocol<Request>, options: ConnectionOptions) {
    this.#socket = socket;
    this.#protocol = protocol;
    this.#parser = protocol.createParser();
    this.#options = options;
    this.#peer = socket.remoteAddress ? `${socket.remoteAddress}:${socket.remotePort}` : "unix";
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("drain", () => this.#drained());
    socket.on("end", () => this.#ended());
    socket.on("error", (error) => this.#failed(error));
    this.closed = new Promise((resolve) => {
      socket.on("close", () => resolve(this.#forget()));
    });
  }

  /** Answers what was received completely, then closes. */
  finish(): void {
    this.#finishing = true;
    this.#pump();
  }

  /** Called by the batch; then goes on with what was received meanwhile. */
  flush(): void {
    if (this.#closed) return;
    this.#write();
    if (!this.#busy) this.#pump();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    if (this.#closed) return;
    this.#parser.push(chunk);
    // A chunk that was read before the socket heard of the pause waits in the parser.
    if (!this.#busy) this.#pump();
  }

  #drained(): void {
    this.#progress = true;
    if (!this.#busy) this.#pump();
  }

  #pump(): void {
    this.#answerReceived();
    if (this.#closed) return;
    if (this.#fault !== undefined) this.#refuse(this.#fault.code);
    else if (this.#finishing && this.#mayAnswer()) this.#close();
    else {
      this.#steerReading();
      this.#watch();
    }
  }

  /** Reads only while answers can be made and taken, so that no peer can fill our memory. */
  #steerReading(): void {
    const reading = this.#mayAnswer();
    if (reading === this.#reading) return;
    this.#reading = reading;
    if (reading) this.#socket.resume();
    else this.#socket.pause();
  }

  #answerReceived(): void {
    while (this.#mayAnswer()) {
      const request = this.#next();
      if (request === undefined) return;
      this.#progress = true;
      const answer = this.#protocol.answer(request);
      if (typeof answer === "string") this.#send(answer);
      else this.#await(answer);
    }
  }

  #mayAnswer(): boolean {
    if (this.#busy || this.#closed || this.#output.length >= writeSize) return false;
    return !this.#socket.writableNeedDrain;
  }

  #next(): Request | undefined {
    try {
      return this.#parser.next();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#fault = error;
      return undefined;
    }
  }

  #await(answer: Promise<string>): void {
    this.#busy = true;
    answer.then(
      (reply) => this.#answered(reply),
      (error: unknown) => {
        // Only a bug comes here. It must end the process, not be swallowed by this connection.
        this.#socket.destroy();
        throw error;
      },
    );
  }

  #answered(reply: string): void {
    this.#busy = false;
    if (this.#closed) return;
    this.#send(reply);
    this.#pump();
  }

  #send(reply: string): void {
    if (this.#output === "") this.#options.batch.add(this);
    this.#output += reply;
  }

  #write(): void {
    const output = this.#output;
    this.#output = "";
    if (output === "") return;
    // ASCII is the same in both and a tenth faster in the shorter one; most answers are ASCII.
    const isAscii = Buffer.byteLength(output) === output.length;
    this.#socket.write(output, isAscii ? "latin1" : "utf8");
  }

  /** Sets, moves or clears the deadline: it runs only while the peer owes us something. */
  #watch(): void {
    const stalled = this.#socket.writableNeedDrain || (this.#mayAnswer() && this.#parser.pending);
    if (!stalled || this.#progress) {
      clearTimeout(this.#deadline);
      this.#deadline = undefined;
    }
    this.#progress = false;
    if (stalled) this.#deadline ??= setTimeout(() => this.#expire(), this.#options.stallTimeoutMs);
  }

  #expire(): void {
    this.#report(this.#socket.writableNeedDrain ? "peer-does-not-read" : "request-incomplete");
    this.#socket.destroy();
  }

  #ended(): void {
    if (this.#parser.pending && !this.#closed) this.#report("ended-within-a-request");
    this.#close();
  }

  #refuse(code: string): void {
    this.#report(code);
    this.#close();
  }

  #report(fault: string): void {
    this.#options.log.warn(
      { service: this.#protocol.name, peer: this.#peer, fault },
      "closed a connection that broke the protocol",
    );
  }

  #failed(error: Error): void {
    this.#options.log.debug(
      { service: this.#protocol.name, peer: this.#peer, error: error.message },
      "connection lost",
    );
  }

  /** What was written reaches the peer first. The deadline stays for a peer that does not read. */
  #close(): void {
    if (this.#closed) return;
    this.#write();
    this.#closed = true;
    this.#socket.destroySoon();
    this.#socket.resume();
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#socket.destroy(), this.#options.stallTimeoutMs);
  }

  #forget(): void {
    this.#closed = true;
    clearTimeout(this.#deadline);
  }
}
