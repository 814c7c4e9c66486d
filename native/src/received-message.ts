/** A message on its way through the handlers: one object from the first chunk to the verdict. */
import type { Address, Recipient } from "./envelope.ts";
import type { HeaderList } from "./header-list.ts";
import { bareMacroName } from "./macro-stages.ts";
import type { AbortReason, ClientInfo, Message } from "./message.ts";
import type { MessageFacts } from "./message-facts.ts";
import { MilterError } from "./milter-error.ts";

export class ReceivedMessage implements Message {
  readonly id: number;
  readonly client: ClientInfo;
  readonly helo: string | undefined;
  readonly sender: Address;
  readonly recipients: readonly Recipient[];
  readonly headers: HeaderList;
  body: Buffer | undefined;
  bodyBytes = 0;
  readonly #macros: Map<string, string>;
  readonly #controller = new AbortController();

  constructor(id: number, facts: MessageFacts) {
    this.id = id;
    this.client = facts.client;
    this.helo = facts.helo;
    this.sender = facts.sender;
    this.recipients = facts.recipients;
    this.headers = facts.headers;
    this.#macros = facts.macros;
  }

  get queueId(): string | undefined {
    return this.macro("i");
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  macro(name: string): string | undefined {
    return this.#macros.get(bareMacroName(name));
  }

  /** What is known at the end of the message only. */
  complete(facts: MessageFacts, body: Buffer | undefined): void {
    for (const [name, value] of facts.macros) this.#macros.set(name, value);
    this.bodyBytes = facts.bodyBytes;
    this.body = body;
  }

  abort(reason: AbortReason): void {
    this.#controller.abort(new MilterError("ERR_MILTER_ABORTED", `the message is over: ${reason}`));
  }
}
