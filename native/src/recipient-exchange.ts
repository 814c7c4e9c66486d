/** Asks the handler about one recipient; a failure is answered like one of the message. */
import type { AbortReason, EnvelopeContext } from "./message.ts";
import { type ExchangeContext, reportFailure } from "./message-exchange.ts";
import type { MessageFacts } from "./message-facts.ts";
import { ReceivedMessage } from "./received-message.ts";
import { encodeReply } from "./smtp-reply.ts";

export class RecipientExchange {
  readonly #ticket: number;
  readonly #context: ExchangeContext;
  readonly #facts: MessageFacts;
  readonly #envelope: ReceivedMessage;

  constructor(ticket: number, facts: MessageFacts, context: ExchangeContext) {
    this.#ticket = ticket;
    this.#context = context;
    this.#facts = facts;
    this.#envelope = new ReceivedMessage(ticket, facts);
  }

  /** Never rejects for what the handler does. */
  async ask(): Promise<void> {
    const { addon, handlers } = this.#context;
    const recipient = this.#facts.recipients[0];
    const envelope: EnvelopeContext = this.#envelope;
    try {
      if (recipient === undefined) throw new Error("the addon named no recipient");
      const verdict = (await handlers.recipient?.(recipient, envelope)) ?? "keep";
      if (verdict === "keep") {
        addon.finish(this.#ticket, "accept");
        return;
      }
      const { code, enhanced, lines } = encodeReply(verdict);
      addon.reply(this.#ticket, code, enhanced, lines);
    } catch (error) {
      if (error === this.#envelope.signal.reason) return;
      addon.fail(this.#ticket);
      reportFailure(handlers, error, envelope);
    }
  }

  aborted(reason: AbortReason): void {
    this.#envelope.abort(reason);
  }

  drained(): void {}
}
