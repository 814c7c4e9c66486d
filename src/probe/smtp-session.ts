/**
 * The SMTP dialog up to the point where TLS begins (RFC 5321 §3.1, RFC 3207 §4): greeting, EHLO,
 * STARTTLS. One command at a time, each after the whole reply to the one before.
 *
 * Temporary refusals (4xx), silence and lost connections say nothing about TLS and are `unknown`:
 * rate limits and greet delays look like that. 5xx to EHLO or STARTTLS is an answer, and so is an
 * EHLO reply without STARTTLS.
 *
 * Limits: every wait has its time; replies are bounded by `wire/smtp-reply.ts`.
 * Security: bytes that arrive behind the reply to STARTTLS, before TLS, were not written by the
 * TLS peer; they fail the server (RFC 3207 §6, response injection).
 */
import type { Socket } from "node:net";
import { ProtocolError } from "../base/errors.ts";
import { offersExtension, type SmtpReply, SmtpReplyReader } from "../wire/smtp-reply.ts";
import { finding, type Where } from "./finding.ts";
import { ProbeStop } from "./probe-stop.ts";

export interface SessionTimes {
  readonly greetingMs: number;
  readonly commandMs: number;
}

export interface SessionOptions {
  readonly where: Where;
  /** Our own name in EHLO, the one Postfix uses (myhostname). */
  readonly ehloName: string;
  readonly times: SessionTimes;
  /** The deadline of the whole probe. */
  readonly signal: AbortSignal;
}

/** Brings a connected socket to where the TLS handshake starts. Throws `ProbeStop` otherwise. */
export async function requestStartTls(socket: Socket, options: SessionOptions): Promise<void> {
  const session = new SmtpSession(socket, options);
  await session.greet();
  await session.offerHello();
  await session.startTls();
}

class SmtpSession {
  readonly #socket: Socket;
  readonly #options: SessionOptions;
  readonly #reader = new SmtpReplyReader();

  constructor(socket: Socket, options: SessionOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  async greet(): Promise<void> {
    const stage = "the greeting";
    const reply = await this.#reply(stage, this.#options.times.greetingMs);
    if (reply.code >= 500) this.#leave(finding("greeting-refused", [quote(reply)], this.#where));
    this.#expect(reply, 220, stage);
  }

  async offerHello(): Promise<void> {
    const stage = "the reply to EHLO";
    const reply = await this.#command(`EHLO ${this.#options.ehloName}`, stage);
    if (reply.code >= 500) this.#refused(stage, reply);
    this.#expect(reply, 250, stage);
    if (!offersExtension(reply, "STARTTLS")) {
      this.#leave(finding("starttls-not-offered", [], this.#where));
    }
  }

  async startTls(): Promise<void> {
    const stage = "the reply to STARTTLS";
    const reply = await this.#command("STARTTLS", stage);
    if (reply.code >= 500) this.#refused(stage, reply);
    this.#expect(reply, 220, stage);
    if (this.#reader.hasPendingBytes || this.#socket.readableLength > 0) {
      throw new ProbeStop(finding("starttls-injection", [], this.#where));
    }
  }

  get #where(): Where {
    return this.#options.where;
  }

  #command(line: string, stage: string): Promise<SmtpReply> {
    this.#socket.write(`${line}\r\n`);
    return this.#reply(stage, this.#options.times.commandMs);
  }

  #expect(reply: SmtpReply, code: number, stage: string): void {
    if (reply.code === code) return;
    if (reply.code >= 400 && reply.code < 500) {
      this.#leave(finding("try-again-later", [stage, quote(reply)], this.#where));
    }
    this.#leave(finding("not-smtp", [stage, `reply ${reply.code}`], this.#where));
  }

  #refused(stage: string, reply: SmtpReply): never {
    this.#leave(finding("starttls-refused", [stage, quote(reply)], this.#where));
  }

  #leave(reason: ReturnType<typeof finding>): never {
    this.#socket.write("QUIT\r\n");
    throw new ProbeStop(reason);
  }

  async #reply(stage: string, timeoutMs: number): Promise<SmtpReply> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([timeout, this.#options.signal]);
    for (;;) {
      const reply = this.#nextReply(stage);
      if (reply !== undefined) return reply;
      const chunk = await nextChunk(this.#socket, signal);
      if (chunk instanceof Buffer) this.#reader.push(chunk);
      else if (chunk === "lost") this.#fail(finding("connection-lost", [stage], this.#where));
      else if (this.#options.signal.aborted) this.#fail(finding("probe-timeout", [], this.#where));
      else this.#fail(finding("no-answer-in-time", [stage, seconds(timeoutMs)], this.#where));
    }
  }

  #nextReply(stage: string): SmtpReply | undefined {
    try {
      return this.#reader.next();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#fail(finding("not-smtp", [stage, error.message], this.#where));
    }
  }

  #fail(reason: ReturnType<typeof finding>): never {
    throw new ProbeStop(reason);
  }
}

function quote(reply: SmtpReply): string {
  return `${reply.code} ${reply.lines.join(" ")}`;
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000}`;
}

/** What arrives next on a socket that nobody reads from otherwise; it stays paused in between. */
function nextChunk(socket: Socket, signal: AbortSignal): Promise<Buffer | "lost" | "aborted"> {
  return new Promise((resolve) => {
    const done = (outcome: Buffer | "lost" | "aborted"): void => {
      socket.off("readable", onReadable).off("end", onLost).off("close", onLost);
      signal.removeEventListener("abort", onAbort);
      resolve(outcome);
    };
    const onLost = (): void => done("lost");
    const onAbort = (): void => done("aborted");
    const onReadable = (): void => {
      const chunk: unknown = socket.read();
      if (chunk instanceof Buffer) done(chunk);
    };
    if (signal.aborted) return onAbort();
    if (socket.destroyed || socket.readableEnded) return onLost();
    signal.addEventListener("abort", onAbort);
    socket.on("readable", onReadable).on("end", onLost).on("close", onLost);
    onReadable();
  });
}
