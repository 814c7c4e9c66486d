/**
 * Takes one message through the handlers, strictly in order, and gives the verdict back. Whatever
 * goes wrong ends in the failure answer; "accept" is only ever sent for a handler's own "accept".
 */
import { setImmediate } from "node:timers/promises";
import { bodyPieces, type NewBody } from "./body-source.ts";
import { EditRecorder } from "./edit-recorder.ts";
import type { AbortReason, Verdict } from "./message.ts";
import type { MessageFacts } from "./message-facts.ts";
import type { MilterHandlers } from "./milter-handlers.ts";
import type { Capability } from "./milter-options.ts";
import type { NativeAddon } from "./native-addon.ts";
import { ReceivedMessage } from "./received-message.ts";
import { encodeReply } from "./smtp-reply.ts";

/** So much of a new body may wait in the addon before the source has to wait. */
const bodyQueueBytes = 512 * 1024;

export interface ExchangeContext {
  readonly addon: NativeAddon;
  readonly handlers: MilterHandlers;
  readonly can: readonly Capability[];
  readonly streams: boolean;
}

export class MessageExchange {
  readonly #ticket: number;
  readonly #context: ExchangeContext;
  readonly #message: ReceivedMessage;
  #work: Promise<void> = Promise.resolve();
  #begun = false;
  #over = false;
  #wake: () => void = () => undefined;

  constructor(ticket: number, facts: MessageFacts, context: ExchangeContext) {
    this.#ticket = ticket;
    this.#context = context;
    this.#message = new ReceivedMessage(ticket, facts);
  }

  chunk(bytes: Buffer): void {
    this.#then(async () => {
      await this.#begin();
      if (this.#over) return;
      await this.#context.handlers.bodyChunk?.(bytes, this.#message);
      // Events of the addon come up to a thousand in a row. A batch that follows in the same row
      // would keep the event loop from all else, and used batches from being freed.
      await setImmediate();
      this.#context.addon.acknowledge(this.#ticket);
    });
  }

  end(facts: MessageFacts, bytes: Buffer): void {
    this.#then(async () => {
      const { streams } = this.#context;
      this.#message.complete(facts, streams ? undefined : bytes);
      if (streams) await this.#begin();
      if (!this.#over) await this.#decide();
    });
  }

  /** The MTA has taken enough of the new body for more of it to be pushed. */
  drained(): void {
    this.#wake();
  }

  aborted(reason: AbortReason): void {
    this.#over = true;
    this.#wake();
    this.#message.abort(reason);
    if (this.#begun) this.#context.handlers.aborted?.(this.#message, reason);
  }

  #then(step: () => Promise<void>): void {
    this.#work = this.#after(this.#work, step);
  }

  async #after(before: Promise<void>, step: () => Promise<void>): Promise<void> {
    await before;
    if (this.#over) return;
    try {
      await step();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #begin(): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    await this.#context.handlers.begin?.(this.#message);
  }

  async #decide(): Promise<void> {
    this.#begun = true;
    const edit = new EditRecorder(this.#message, this.#context.can);
    const verdict = await this.#context.handlers.message(this.#message, edit);
    if (this.#over) return;
    await this.#answer(verdict, edit);
  }

  async #answer(verdict: Verdict, edit: EditRecorder): Promise<void> {
    const { addon } = this.#context;
    edit.close();
    if (verdict === "accept") {
      const plan = edit.plan();
      if (plan.body !== undefined) await this.#send(plan.body, plan.modifications);
      else addon.modify(this.#ticket, plan.modifications);
      if (!this.#over) addon.finish(this.#ticket, "accept");
    } else if (verdict === "discard") {
      addon.finish(this.#ticket, "discard");
    } else {
      const { code, enhanced, lines } = encodeReply(verdict);
      addon.reply(this.#ticket, code, enhanced, lines);
    }
  }

  /** Nothing is changed before the first piece is there: a source that fails at once fails clean. */
  async #send(body: NewBody, modifications: Parameters<NativeAddon["modify"]>[1]): Promise<void> {
    const { addon } = this.#context;
    let modified = false;
    for await (const piece of bodyPieces(body)) {
      if (this.#over) return;
      if (!modified) addon.modify(this.#ticket, modifications);
      modified = true;
      const queued = addon.pushBody(this.#ticket, piece);
      if (queued > bodyQueueBytes) await this.#untilDrained();
      if (this.#over || queued < 0) return;
    }
  }

  #untilDrained(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** A handler that stops because its signal fired has not failed. */
  #fail(error: unknown): void {
    if (this.#over && error === this.#message.signal.reason) return;
    this.#over = true;
    this.#context.addon.fail(this.#ticket);
    reportFailure(this.#context.handlers, error, this.#message);
  }
}

/** To the handler for failures, else as a warning of the process. */
export function reportFailure(
  handlers: MilterHandlers,
  error: unknown,
  subject: Parameters<NonNullable<MilterHandlers["failed"]>>[1],
): void {
  if (handlers.failed !== undefined) handlers.failed(error, subject);
  else process.emitWarning(error instanceof Error ? error : String(error));
}
