/**
 * The SMTP dialog up to the point where TLS begins (RFC 5321 §3.1, RFC 3207 §4): greeting, EHLO,
 * STARTTLS. One command at a time, each after the whole reply to the one before.
 *
 * Temporary refusals (4xx), silence and lost connections say nothing about TLS and are `unknown`:
 * rate limits and greet delays look like that. 5xx to STARTTLS is an answer, and so is an EHLO
 * reply without STARTTLS. 5xx to EHLO may mean the command or us; HELO, which the old form of SMTP
 * knows as well, tells: a server that takes it cannot do TLS (RFC 5321 §3.2).
 *
 * Limits: every wait has its time; replies are bounded by `wire/smtp-reply.ts`, and there are four.
 * Security: bytes that arrive behind the reply to STARTTLS, before TLS, were not written by the
 * TLS peer; they fail the server (RFC 3207 §6, response injection). A reply that is there before
 * its command was sent is no reply to it.
 */
import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ProtocolError } from "../base/errors.ts";
import type { Finding } from "../base/verdict.ts";
import { offersExtension, type SmtpReply, SmtpReplyReader } from "../wire/smtp-reply.ts";
import { finding, type Where } from "./finding.ts";
import { ProbeStop } from "./probe-stop.ts";
import type { DialogDeadline, StageDeadline } from "./stage-deadline.ts";

export interface SessionTimes {
  readonly greetingMs: number;
  readonly commandMs: number;
}

export interface SessionOptions {
  readonly where: Where;
  /** Our own name in EHLO, the one Postfix uses (myhostname). */
  readonly ehloName: string;
  readonly times: SessionTimes;
  readonly deadline: DialogDeadline;
}

export class SmtpSession {
  readonly #socket: Socket;
  readonly #options: SessionOptions;
  readonly #reader = new SmtpReplyReader();
  #isGreeted = false;

  constructor(socket: Socket, options: SessionOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /**
   * Whether the server has said its whole greeting. Before that not even QUIT may be sent: who
   * speaks first is taken for a spammer (postscreen's pregreet test).
   */
  get isGreeted(): boolean {
    return this.#isGreeted;
  }

  /** Brings a connected socket to where the TLS handshake starts. Throws `ProbeStop` otherwise. */
  async requestStartTls(): Promise<void> {
    await this.#awaitGreeting();
    await this.#sayHello();
    await this.#startTls();
  }

  async #awaitGreeting(): Promise<void> {
    const stage = "the greeting";
    const reply = await this.#reply(stage, this.#options.times.greetingMs);
    this.#isGreeted = true;
    if (reply.code >= 500) this.#stop(finding("greeting-refused", [quote(reply)], this.#where));
    this.#expect(reply, 220, stage);
  }

  async #sayHello(): Promise<void> {
    const { ehloName } = this.#options;
    const stage = "the reply to EHLO";
    const reply = await this.#command(`EHLO ${ehloName}`, stage);
    if (reply.code >= 500) await this.#sayOldHello(stage, reply);
    this.#expect(reply, 250, stage);
    if (!offersExtension(reply, "STARTTLS")) {
      this.#stop(finding("starttls-not-offered", [], this.#where));
    }
  }

  /** Ends the dialog in any case: there is no TLS without EHLO. */
  async #sayOldHello(refusedStage: string, refusal: SmtpReply): Promise<never> {
    const stage = "the reply to HELO";
    const reply = await this.#command(`HELO ${this.#options.ehloName}`, stage);
    if (reply.code >= 500) this.#stop(finding("greeting-refused", [quote(refusal)], this.#where));
    this.#expect(reply, 250, stage);
    this.#stop(finding("starttls-refused", [refusedStage, quote(refusal)], this.#where));
  }

  async #startTls(): Promise<void> {
    const stage = "the reply to STARTTLS";
    const reply = await this.#command("STARTTLS", stage);
    if (reply.code >= 500) {
      this.#stop(finding("starttls-refused", [stage, quote(reply)], this.#where));
    }
    this.#expect(reply, 220, stage);
    if (await this.#hasMore()) this.#stop(finding("starttls-injection", [], this.#where));
  }

  get #where(): Where {
    return this.#options.where;
  }

  async #command(line: string, stage: string): Promise<SmtpReply> {
    if (await this.#hasMore()) {
      this.#stop(finding("not-smtp", [stage, "a reply before the command"], this.#where));
    }
    this.#socket.write(`${line}\r\n`);
    return this.#reply(stage, this.#options.times.commandMs);
  }

  /** Bytes behind the reply read last, also those that came in a segment of their own. */
  async #hasMore(): Promise<boolean> {
    if (this.#reader.hasPendingBytes) return true;
    // The first turn ends this round of the event loop, the second comes after a look at the network.
    await nextTurn();
    await nextTurn();
    return this.#socket.readableLength > 0;
  }

  #expect(reply: SmtpReply, code: number, stage: string): void {
    if (reply.code === code) return;
    if (reply.code >= 400 && reply.code < 500) {
      this.#stop(finding("try-again-later", [stage, quote(reply)], this.#where));
    }
    this.#stop(finding("not-smtp", [stage, `reply ${reply.code}`], this.#where));
  }

  async #reply(name: string, timeoutMs: number): Promise<SmtpReply> {
    const stage = this.#options.deadline.stage(name, timeoutMs);
    for (;;) {
      const reply = this.#nextReply(stage);
      if (reply !== undefined) return reply;
      const chunk = await nextChunk(this.#socket, stage.signal);
      if (chunk === "lost") this.#stop(finding("connection-lost", [name], this.#where));
      if (chunk === "aborted") this.#stop(stage.explain(this.#where));
      this.#reader.push(chunk);
    }
  }

  #nextReply(stage: StageDeadline): SmtpReply | undefined {
    try {
      return this.#reader.next();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#stop(finding("not-smtp", [stage.name, error.message], this.#where));
    }
  }

  #stop(reason: Finding): never {
    throw new ProbeStop(reason);
  }
}

function quote(reply: SmtpReply): string {
  return `${reply.code} ${reply.lines.join(" ")}`;
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
