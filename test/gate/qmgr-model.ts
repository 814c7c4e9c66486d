/**
 * A model of Postfix's queue manager with a clock of its own, as far as releasing mail depends on
 * it: the one-entry resolver cache of 30 s, files that cannot be flushed while they are active,
 * its own retry schedule, and the milter behind the hold port. It records every flush.
 */

import { type Domain, parseDomain } from "../../src/base/domain.ts";
import { MxsealError } from "../../src/base/errors.ts";
import type { Postqueue } from "../../src/gate/postqueue.ts";
import type { Way } from "../../src/gate/transaction.ts";
import type { HeldMail, HeldStore } from "../../src/store/store.ts";
import type { QueueEntry } from "../../src/wire/postqueue-json.ts";

export interface ModelRecipient {
  readonly address: string;
  reason: string | undefined;
  /** The way it left, once it has. */
  left: Way | undefined;
  leftAt: number;
}

export interface ModelFile {
  readonly queueId: string;
  readonly sender: string;
  readonly recipients: readonly ModelRecipient[];
  readonly arrivedAt: number;
  state: "active" | "deferred" | "gone";
  underWay: number;
  flushes: { readonly at: number; readonly moved: boolean }[];
}

export interface ModelWorld {
  /** The socketmap: observes and answers. */
  lookup(recipient: string): Way;
  /** What holds at the moment of delivery. */
  wayNow(recipient: string): Way;
  /** How long a delivery takes. */
  deliveryMs(): number;
  /** Whether the far server makes this attempt wait. */
  greylists(): boolean;
  /** Whether the milter cannot seal this time. */
  milterFails(): boolean;
  /** Whether a command fails. */
  commandFails(): boolean;
}

interface Event {
  readonly at: number;
  readonly run: () => void;
}

export class QmgrModel implements Postqueue {
  readonly files: Map<string, ModelFile> = new Map();
  readonly held: MemoryHeldStore = new MemoryHeldStore();
  listings = 0;
  now = 0;
  readonly #world: ModelWorld;
  readonly #events: Event[] = [];
  #cache: { sender: string; recipient: string; way: Way; until: number } | undefined;

  constructor(world: ModelWorld) {
    this.#world = world;
  }

  accept(queueId: string, sender: string, addresses: readonly string[]): ModelFile {
    const recipients = addresses.map((address) => ({
      address,
      reason: undefined,
      left: undefined,
      leftAt: Number.NaN,
    }));
    const base = { queueId, sender, recipients, arrivedAt: this.now };
    const file: ModelFile = { ...base, state: "deferred", underWay: 0, flushes: [] };
    this.files.set(queueId, file);
    this.#activate(file);
    return file;
  }

  /** Plays everything that happens until then. */
  advance(untilMs: number): void {
    for (let next = this.#take(untilMs); next !== undefined; next = this.#take(untilMs)) {
      this.now = next.at;
      next.run();
    }
    this.now = untilMs;
  }

  async flush(queueId: string): Promise<void> {
    this.#failMaybe();
    const file = this.files.get(queueId);
    if (file === undefined) return;
    file.flushes.push({ at: this.now, moved: file.state === "deferred" });
    if (file.state === "deferred") this.#activate(file);
  }

  async flushAll(): Promise<void> {
    this.#failMaybe();
    for (const file of this.files.values()) {
      if (file.state === "deferred") this.#activate(file);
    }
  }

  async *list(): AsyncIterable<QueueEntry> {
    this.listings += 1;
    for (const file of this.files.values()) {
      if (file.state === "gone") continue;
      this.#failMaybe();
      yield {
        queueName: file.state,
        queueId: file.queueId,
        arrivedAt: file.arrivedAt,
        sizeBytes: 1000,
        sender: file.sender,
        recipients: file.recipients
          .filter((recipient) => recipient.left === undefined)
          .map(({ address, reason }) =>
            reason === undefined ? { address } : { address, delayReason: reason },
          ),
      };
    }
  }

  #failMaybe(): void {
    if (this.#world.commandFails()) {
      throw new MxsealError("MXSEAL_POSTFIX_COMMAND_FAILED", "mail system is down");
    }
  }

  #take(untilMs: number): Event | undefined {
    let first = 0;
    for (const [index, event] of this.#events.entries()) {
      if (event.at < (this.#events[first]?.at ?? 0)) first = index;
    }
    const event = this.#events[first];
    if (event === undefined || event.at > untilMs) return undefined;
    this.#events.splice(first, 1);
    return event;
  }

  #after(ms: number, run: () => void): void {
    this.#events.push({ at: this.now + ms, run });
  }

  #activate(file: ModelFile): void {
    file.state = "active";
    const waiting = file.recipients.filter((recipient) => recipient.left === undefined);
    file.underWay = waiting.length;
    for (const recipient of waiting) {
      const way = this.#resolve(file.sender, recipient.address);
      const takesMs = way === "retry" ? 10 : this.#world.deliveryMs();
      this.#after(takesMs, () => this.#finish(file, recipient, way));
    }
  }

  /** resolve_clnt: one entry, 30 s from the answer, however often it is used. */
  #resolve(sender: string, recipient: string): Way {
    const cache = this.#cache;
    if (cache?.sender === sender && cache.recipient === recipient && this.now < cache.until) {
      return cache.way;
    }
    const way = this.#world.lookup(recipient);
    this.#cache = { sender, recipient, way, until: this.now + 30_000 };
    return way;
  }

  #finish(file: ModelFile, recipient: ModelRecipient, way: Way): void {
    recipient.reason = this.#deliver(file, recipient, way);
    if (recipient.reason === undefined) {
      recipient.left = way;
      recipient.leftAt = this.now;
    }
    file.underWay -= 1;
    if (file.underWay === 0) this.#settle(file);
  }

  /** Why it did not work; undefined when it did. */
  #deliver(file: ModelFile, recipient: ModelRecipient, way: Way): string | undefined {
    const now = this.#world.wayNow(recipient.address);
    if (way === "retry") return "TLS check of example.org in progress";
    if (way === "mxseal-hold") {
      if (now === "mxseal-hold" && !this.#world.milterFails()) return undefined;
      this.held.note(file.queueId, recipient.address, this.now);
      return "host 127.0.0.1[127.0.0.1] said: 451 4.7.5 waits (in reply to end of DATA command)";
    }
    if (way !== now) return "client TLS configuration problem";
    if (this.#world.greylists()) return "host mx.example.org[192.0.2.1] said: 451 4.7.1 greylisted";
    return undefined;
  }

  #settle(file: ModelFile): void {
    if (file.recipients.every((recipient) => recipient.left !== undefined)) {
      file.state = "gone";
      return;
    }
    file.state = "deferred";
    const deferredAt = this.now;
    const pauseMs = Math.min(4_000_000, Math.max(300_000, this.now - file.arrivedAt));
    this.#after(pauseMs, () => {
      const flushedSince = file.flushes.some(({ at, moved }) => moved && at >= deferredAt);
      if (file.state === "deferred" && !flushedSince) this.#activate(file);
    });
  }
}

export class MemoryHeldStore implements HeldStore {
  readonly rows: Map<string, HeldMail> = new Map();
  mark = 0;

  note(queueId: string, recipient: string, heldAt: number): void {
    this.mark += 1;
    const domain = parseDomain(recipient.slice(recipient.lastIndexOf("@") + 1)) as Domain;
    this.rows.set(`${queueId} ${recipient}`, { queueId, recipient, domain, heldAt });
  }

  async put(mail: HeldMail): Promise<void> {
    this.note(mail.queueId, mail.recipient, mail.heldAt);
  }

  async list(limit: number): Promise<readonly HeldMail[]> {
    return [...this.rows.values()].slice(0, limit);
  }

  async remove(queueId: string, recipient: string): Promise<void> {
    if (this.rows.delete(`${queueId} ${recipient}`)) this.mark += 1;
  }

  async removeOlderThan(heldAt: number): Promise<number> {
    const old = [...this.rows].filter(([, row]) => row.heldAt < heldAt);
    for (const [key] of old) this.rows.delete(key);
    return old.length;
  }
}
