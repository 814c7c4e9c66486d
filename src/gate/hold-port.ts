/**
 * The use case behind the hold port, where every message for a recipient that is not proven comes
 * back into Postfix, one recipient at a time. Whether to seal is decided at the first byte, so that
 * what will only wait is not stored, and once more at the end, because a verdict may change
 * meanwhile. An original never passes: it is sealed, it waits, or it is refused. Whatever breaks
 * here makes it wait.
 */
import type { Hash } from "node:crypto";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import { findHeader, type HeaderField, headerBytes } from "../mime/header.ts";
import { forbiddenLeft, removeForeign } from "../mime/header-allow-list.ts";
import type { Rewrite } from "../mime/notification-frame.ts";
import { parseOriginQueueId } from "../mime/origin-queue-id.ts";
import type { Decision } from "../rules/decision.ts";
import type { SealOptions } from "../rules/seal-options.ts";
import {
  boundNames,
  type Mark,
  markHeader,
  newBodyHash,
  readMark,
  staysInside,
} from "../seal/own-mark.ts";
import { drawSealedId } from "../seal/sealed-id.ts";
import type { HeldStore } from "../store/store.ts";
import { type CodeChannel, type DomainKnowledge, findCodeChannel } from "./code-channel.ts";
import { CodeLeakWatch, type LeakParts } from "./code-leak.ts";
import type { Decider } from "./decider.ts";
import { logHoldOutcome } from "./hold-log.ts";
import {
  type HoldOutcome,
  type HoldRecipient,
  type HoldWait,
  type IncomingMessage,
  releasing,
} from "./hold-message.ts";
import { ReportBody } from "./null-sender.ts";
import { originalRecipient } from "./original-recipient.ts";
import { MessageSealer, type SealParts, withMark } from "./seal-message.ts";
import { SealedDraft } from "./sealed-draft.ts";
import { SharedDeriver } from "./shared-deriver.ts";

export interface HoldParts extends SealParts, Omit<LeakParts, "pepper"> {
  readonly decider: Decider;
  /** Lets the decider know what the store has known for less than its usual delay. */
  readonly refresh: () => Promise<void>;
  readonly domains: DomainKnowledge;
  readonly held: HeldStore;
  readonly maxMessageBytes: number;
  /** What links begin with, without a slash at the end; undefined: nothing can be sealed. */
  readonly baseUrl: string | undefined;
  readonly log: Log;
}

/** Postfix takes some ten thousand edits at most, and searches its file for each of them. */
const maxFields = 1_000;
/**
 * Postfix gives a milter no more than 60 000 bytes of a field, cut between two lines of up to
 * line_length_limit (2048) bytes, and says nothing of what is missing: the copy would not be whole.
 */
const maxFieldBytes = 57_900;

export class HoldPort {
  readonly #parts: HoldParts;
  readonly #sealer: MessageSealer;

  constructor(parts: HoldParts) {
    const deriver = new SharedDeriver(parts.startDeriver);
    this.#parts = { ...parts, startDeriver: () => deriver.join() };
    this.#sealer = new MessageSealer(parts);
  }

  /** `begin`, then every `chunk` of the body in order, then `finish`; or `abort` at any time. */
  open(message: IncomingMessage): HoldSession {
    return new HoldSession(this.#parts, this.#sealer, message);
  }
}

export class HoldSession {
  readonly #parts: HoldParts;
  readonly #sealer: MessageSealer;
  readonly #message: IncomingMessage;
  /** Undefined unless there is exactly one. */
  readonly #recipient: HoldRecipient | undefined;
  readonly #originQueueId: string | undefined;
  readonly #bodyHash: Hash = newBodyHash();
  #draft: SealedDraft | undefined;
  #leak: CodeLeakWatch | undefined;
  #report: ReportBody | undefined;
  #fault: MxsealError | undefined;
  #finishing = false;

  constructor(parts: HoldParts, sealer: MessageSealer, message: IncomingMessage) {
    this.#parts = parts;
    this.#sealer = sealer;
    this.#message = message;
    this.#recipient = message.recipients.length === 1 ? message.recipients[0] : undefined;
    this.#originQueueId = originOf(message);
  }

  /** Decides what of the message to keep, and keeps its header section. */
  async begin(): Promise<void> {
    const recipient = this.#recipient;
    if (recipient === undefined) return;
    // The lookups sent it here, so they know a verdict: it may have arrived this very moment.
    if (this.#decide(recipient).kind === "wait") await this.#parts.refresh();
    if (this.#decide(recipient).kind !== "seal") return;
    if (this.#message.sender === "") {
      this.#report = new ReportBody();
      return;
    }
    if (this.#channel(recipient).kind !== "sender" || this.#parts.baseUrl === undefined) return;
    const { store, maxMessageBytes, clock } = this.#parts;
    this.#draft = new SealedDraft(store, maxMessageBytes, clock.now());
    await this.#watchForCodes(recipient);
    await this.#keep(Buffer.concat([headerBytes(this.#message.fields), Buffer.from("\r\n")]));
  }

  /** Takes over `bytes` of the body. */
  async chunk(bytes: Buffer): Promise<void> {
    this.#bodyHash.update(bytes);
    this.#report?.write(bytes);
    await this.#keep(bytes);
  }

  /** The one answer. Rejects only for a bug; then, too, the message has to wait. */
  async finish(): Promise<HoldOutcome> {
    this.#finishing = true;
    try {
      return await this.#settle();
    } finally {
      await this.#discard();
    }
  }

  /** Nobody waits for the answer any more. */
  async abort(): Promise<void> {
    // While `finish` runs it looks at the signal and discards the draft itself.
    if (!this.#finishing) await this.#discard();
  }

  async #watchForCodes({ address }: HoldRecipient): Promise<void> {
    const { guards, startDeriver, keys, clock } = this.#parts;
    const parts = { guards, startDeriver, pepper: keys.pepper };
    await this.#noteFault(async () => {
      this.#leak = await CodeLeakWatch.begin(parts, address, clock.now());
    });
  }

  async #keep(bytes: Buffer): Promise<void> {
    const draft = this.#draft;
    if (draft === undefined || this.#fault !== undefined) return;
    this.#leak?.look(bytes);
    await this.#noteFault(() => draft.write(bytes));
  }

  /** What the store cannot do now makes the message wait, at its end. */
  async #noteFault(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      this.#fault = error;
    }
  }

  async #settle(): Promise<HoldOutcome> {
    const recipient = this.#recipient;
    if (recipient === undefined) return this.#log(waiting("many-recipients"));
    const mark = this.#mark(recipient);
    if (mark !== undefined) return this.#log(passOwn(mark, this.#message.fields));
    const decision = this.#decide(recipient);
    try {
      return this.#log(await this.#answer(recipient, decision), decision);
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      return this.#log(waiting("trouble"), decision, error);
    }
  }

  async #answer(recipient: HoldRecipient, decision: Decision): Promise<HoldOutcome> {
    switch (decision.kind) {
      case "elsewhere":
        return waiting("misrouted");
      case "secure":
      case "clear":
        return this.#held(recipient, "release");
      case "wait":
        return this.#held(recipient, "undecided");
      case "reject":
      case "no-mail":
        return { kind: "refuse", why: { kind: "decided", decision } };
      case "seal":
        return this.#answerEdited(recipient, decision.options);
    }
  }

  /** Sealed or rebuilt, the message needs an edit for nearly each of its fields. */
  #answerEdited(
    recipient: HoldRecipient,
    options: SealOptions,
  ): Promise<HoldOutcome> | HoldOutcome {
    const { fields, sender } = this.#message;
    if (fields.length > maxFields) return tooManyFields;
    if (fields.some(({ name, value }) => name.length + 1 + value.length > maxFieldBytes)) {
      return { kind: "refuse", why: { kind: "too-long-field", maxBytes: maxFieldBytes } };
    }
    return sender === "" ? this.#answerReport(recipient) : this.#answerSeal(recipient, options);
  }

  async #answerReport(recipient: HoldRecipient): Promise<HoldOutcome> {
    if (this.#report === undefined) return this.#held(recipient, "undecided");
    const id = drawSealedId();
    const rewrite = this.#report.rebuild(this.#message.fields, id);
    if (rewrite === undefined) return { kind: "refuse", why: { kind: "null-sender" } };
    const mark = { kind: "report", id, recipient: recipient.address } as const;
    const marked = withMark(rewrite, this.#parts.keys.markKey, mark);
    return { kind: "notify", id, ...this.#released(marked) };
  }

  async #answerSeal(recipient: HoldRecipient, options: SealOptions): Promise<HoldOutcome> {
    const channel = this.#channel(recipient);
    switch (channel.kind) {
      case "none":
        return { kind: "refuse", why: { kind: "no-channel", reason: channel.reason } };
      case "unproven":
        return waiting("unproven-sender");
      case "silent-copy":
        return waiting("silent-copy");
      case "sender":
        return this.#seal(recipient, channel.address, options);
    }
  }

  async #seal(
    recipient: HoldRecipient,
    codeTo: string,
    options: SealOptions,
  ): Promise<HoldOutcome> {
    const { baseUrl, maxMessageBytes } = this.#parts;
    if (baseUrl === undefined) return waiting("no-base-url");
    if (this.#fault !== undefined) throw this.#fault;
    const draft = this.#draft;
    if (draft === undefined) return this.#held(recipient, "undecided");
    if (draft.tooLarge)
      return { kind: "refuse", why: { kind: "too-large", maxBytes: maxMessageBytes } };
    const { fields, sender, signal } = this.#message;
    const leaked = await this.#leak?.find(signal);
    if (leaked !== undefined) return { kind: "refuse", why: { kind: "code-leak", ...leaked } };
    const result = await this.#sealer.seal(draft, {
      fields,
      sender,
      recipient: recipient.address,
      addressedTo: originalRecipient(recipient.address, recipient.orcpt),
      codeTo,
      originQueueId: this.#originQueueId,
      baseUrl,
      options,
      signal,
    });
    if (result.kind === "abandoned") return waiting("abandoned");
    if (result.kind !== "sealed") return { kind: "refuse", why: { kind: result.kind } };
    const { id, again, way, rewrite } = result;
    return { kind: "notify", id, again, way, ...this.#released(rewrite) };
  }

  /** The last look: whatever made the edits, an original's field that tells something stays here. */
  #released({ edits, body }: Rewrite): Rewrite {
    const left = forbiddenLeft(this.#message.fields, edits);
    // Its name may be as telling as its value.
    if (left.length > 0) throw new TypeError(`${left.length} fields of an original would leave`);
    return { edits: releasing(edits), body };
  }

  /** Notes the message for the release queue, which sets it free as soon as it may leave. */
  async #held(recipient: HoldRecipient, why: HoldWait): Promise<HoldOutcome> {
    const domain = parseMailAddress(recipient.address)?.domain;
    const queueId = this.#originQueueId;
    if (domain !== undefined && queueId !== undefined) {
      const heldAt = this.#parts.clock.now();
      await this.#parts.held.put({ queueId, recipient: recipient.address, domain, heldAt });
    }
    return waiting(why);
  }

  #decide(recipient: HoldRecipient): Decision {
    return this.#parts.decider.decide(recipient.address);
  }

  #channel(recipient: HoldRecipient): CodeChannel {
    const { sender, fields } = this.#message;
    return findCodeChannel({ sender, fields, notify: recipient.notify }, this.#parts.domains);
  }

  #mark(recipient: HoldRecipient): Mark | undefined {
    const bodyHash = this.#bodyHash.digest();
    const { fields } = this.#message;
    const mail = { recipient: recipient.address, fields, bodyHash };
    return readMark(this.#parts.keys.markKey, mail);
  }

  #log(outcome: HoldOutcome, decision?: Decision, error?: MxsealError): HoldOutcome {
    const message = this.#message;
    const originQueueId = this.#originQueueId;
    logHoldOutcome(this.#parts.log, { message, originQueueId, outcome, decision, error });
    return outcome;
  }

  async #discard(): Promise<void> {
    try {
      await this.#draft?.discard();
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      const { code, message, advice } = error;
      this.#parts.log.warn({ code, advice }, `unused chunks stay until they are swept: ${message}`);
    }
  }
}

const tooManyFields: HoldOutcome = {
  kind: "refuse",
  why: { kind: "too-many-fields", maxFields },
};

function waiting(why: HoldWait): HoldOutcome {
  return { kind: "wait", why };
}

/** Without what others put into its header meanwhile, old signatures among it. */
function passOwn(mark: Mark, fields: readonly HeaderField[]): HoldOutcome {
  if (staysInside(mark)) return waiting("own-code-mail");
  if (fields.length > maxFields) return tooManyFields;
  const edits = releasing(removeForeign(fields, [...boundNames, markHeader]));
  return { kind: "notify", id: mark.id, again: true, edits, body: undefined };
}

function originOf(message: IncomingMessage): string | undefined {
  const received = findHeader(message.fields, "received");
  if (received === undefined || message.postfix === undefined) return undefined;
  return parseOriginQueueId(received, message.postfix);
}
