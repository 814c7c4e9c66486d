/**
 * Records modifications and orders them the way an MTA takes them without surprises: sender,
 * recipients, changed and removed headers, inserted ones, appended ones, quarantine, body.
 */
import type { NewBody } from "./body-source.ts";
import {
  checkHeaderName,
  checkReason,
  encodeAddress,
  encodeArguments,
  encodeHeaderValue,
  unfitEdit,
} from "./edit-check.ts";
import type { Recipient } from "./envelope.ts";
import type { Message } from "./message.ts";
import type { MessageEditor, RecipientArguments, SenderArguments } from "./message-editor.ts";
import type { Capability } from "./milter-options.ts";
import type { Modification } from "./native-addon.ts";

export interface EditPlan {
  readonly modifications: readonly Modification[];
  readonly body: NewBody | undefined;
}

export class EditRecorder implements MessageEditor {
  readonly #message: Pick<Message, "headers" | "recipients">;
  readonly #can: readonly Capability[];
  readonly #changes = new Map<string, Modification>();
  readonly #inserts: Record<"top" | "afterReceived" | "end", Modification[]>;
  readonly #added: Modification[] = [];
  readonly #removed = new Set<Recipient>();
  #sender: Modification | undefined;
  #quarantine: Modification | undefined;
  #body: NewBody | undefined;
  #closed = false;

  constructor(message: Pick<Message, "headers" | "recipients">, can: readonly Capability[]) {
    this.#message = message;
    this.#can = can;
    this.#inserts = { top: [], afterReceived: [], end: [] };
  }

  setHeader(name: string, value: string, nth: number = 1): void {
    this.#need("changeHeader");
    this.#existing(name, nth);
    this.#change(name, nth, encodeHeaderValue(name, value));
  }

  removeHeader(name: string, nth: number | "all" = "all"): void {
    this.#need("changeHeader");
    checkHeaderName(name);
    const count = this.#message.headers.count(name);
    if (nth !== "all") this.#change(name, this.#existing(name, nth));
    else for (let index = 1; index <= count; index += 1) this.#change(name, index);
  }

  insertHeader(at: "top" | "afterReceived" | "end", name: string, value: string): void {
    this.#need("addHeader");
    const second = encodeHeaderValue(checkHeaderName(name), value);
    const kind = at === "end" ? "addHeader" : "insertHeader";
    this.#inserts[at].push({ kind, index: at === "afterReceived" ? 1 : 0, first: name, second });
  }

  setSender(address: string, args: SenderArguments = {}): void {
    this.#need("changeSender");
    const second = encodeArguments({ RET: args.ret, ENVID: args.envid });
    this.#sender = modification("changeSender", encodeAddress(address), second);
  }

  addRecipient(address: string, args: RecipientArguments = {}): void {
    this.#need("addRecipient");
    const second = encodeArguments({ NOTIFY: args.notify, ORCPT: args.orcpt });
    const first = encodeAddress(address);
    if (first === "<>") throw unfitEdit("a recipient needs an address");
    this.#added.push(modification("addRecipient", first, second));
  }

  removeRecipient(recipient: Recipient): void {
    this.#need("deleteRecipient");
    if (!this.#message.recipients.includes(recipient)) {
      throw unfitEdit("not one of the message's own recipients");
    }
    this.#removed.add(recipient);
  }

  replaceBody(body: NewBody): void {
    this.#need("replaceBody");
    this.#body = body;
  }

  quarantine(reason: string): void {
    this.#need("quarantine");
    this.#quarantine = modification("quarantine", checkReason(reason));
  }

  /** Ends the recording: a later call throws. */
  close(): void {
    this.#closed = true;
  }

  /** An MTA that loses all recipients drops the message silently: that is refused. */
  plan(): EditPlan {
    const left = this.#message.recipients.length - this.#removed.size;
    if (left <= 0 && this.#removed.size > 0 && this.#added.length === 0) {
      throw unfitEdit("no recipient would be left; discard says so openly");
    }
    return { modifications: this.#ordered(), body: this.#body };
  }

  /**
   * Removing a header renumbers those of its name below it, so the last comes first. An insertion
   * moves down what stands there: the lower place and, within it, the last call come first.
   */
  #ordered(): readonly Modification[] {
    return [
      ...(this.#sender === undefined ? [] : [this.#sender]),
      ...this.#added,
      ...[...this.#removed].map(({ raw }) => modification("deleteRecipient", raw)),
      ...[...this.#changes.values()].sort((a, b) => b.index - a.index),
      ...this.#inserts.afterReceived.toReversed(),
      ...this.#inserts.top.toReversed(),
      ...this.#inserts.end,
      ...(this.#quarantine === undefined ? [] : [this.#quarantine]),
    ];
  }

  /** The last word on a header counts. */
  #change(name: string, index: number, second?: string): void {
    const change = { kind: "changeHeader", index, first: name } as const;
    this.#changes.set(
      `${name.toLowerCase()}:${index}`,
      second === undefined ? change : { ...change, second },
    );
  }

  /** An MTA appends a header when the one to change does not exist. */
  #existing(name: string, nth: number): number {
    const count = this.#message.headers.count(checkHeaderName(name));
    if (!Number.isInteger(nth) || nth < 1 || nth > count) {
      throw unfitEdit(`there is no ${name} number ${nth}`);
    }
    return nth;
  }

  #need(capability: Capability): void {
    if (this.#closed) throw unfitEdit("the verdict is given; nothing can be changed any more");
    if (!this.#can.includes(capability)) throw unfitEdit(`options.can lacks ${capability}`);
  }
}

function modification(kind: Modification["kind"], first: string, second?: string): Modification {
  return second === undefined ? { kind, index: 0, first } : { kind, index: 0, first, second };
}
