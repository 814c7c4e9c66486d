/** The life of the process's milter: start, messages, stop. One per process, as libmilter allows. */
import { EventEmitter } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { AbortReason } from "./message.ts";
import { type ExchangeContext, MessageExchange } from "./message-exchange.ts";
import { readFacts } from "./message-facts.ts";
import type { Milter, MilterState, MilterStats, StopCause, StopReport } from "./milter-control.ts";
import { MilterError } from "./milter-error.ts";
import type { MilterHandlers } from "./milter-handlers.ts";
import type { MilterOptions, UnixListen } from "./milter-options.ts";
import type { NativeAddon, NativeEvent, NativeSettings } from "./native-addon.ts";
import { RecipientExchange } from "./recipient-exchange.ts";
import { checkTcpPort } from "./tcp-port.ts";
import { UnixSocket } from "./unix-socket.ts";

/** libmilter writes a verdict after it has left our hands; the process may end no sooner. */
const writeGraceMs = 100;
/** After detaching, libmilter's threads only have to wake up. */
const detachGraceMs = 1_000;

export class LibmilterMilter extends EventEmitter<{ stopped: [StopCause] }> implements Milter {
  readonly #addon: NativeAddon;
  readonly #settings: NativeSettings;
  readonly #listen: MilterOptions["listen"];
  readonly #context: ExchangeContext;
  readonly #live = new Map<number, MessageExchange | RecipientExchange>();
  readonly #serving = Promise.withResolvers<void>();
  #state: MilterState = "idle";
  #spent = false;
  #keepsAlive = true;
  #socket: UnixSocket | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<StopReport> | undefined;
  #idle: () => void = () => undefined;

  constructor(
    options: MilterOptions,
    handlers: MilterHandlers,
    settings: NativeSettings,
    addon: NativeAddon,
  ) {
    super();
    this.#addon = addon;
    this.#settings = settings;
    this.#listen = options.listen;
    this.#context = { addon, handlers, can: options.can, streams: settings.body === "stream" };
  }

  get state(): MilterState {
    return this.#state;
  }

  stats(): MilterStats {
    return this.#addon.stats();
  }

  ref(): this {
    return this.#keepAlive(true);
  }

  unref(): this {
    return this.#keepAlive(false);
  }

  async start(): Promise<void> {
    if (this.#spent && this.#state === "stopped") {
      throw new MilterError(
        "ERR_MILTER_SPENT",
        "libmilter cannot be started again; use a new process",
      );
    }
    if (this.#state !== "idle") {
      throw new MilterError("ERR_MILTER_ALREADY_STARTED", `this milter is ${this.#state}`);
    }
    if (!this.#addon.claim()) {
      throw new MilterError("ERR_MILTER_SPENT", "this process has, or had, another milter");
    }
    this.#state = "starting";
    this.#starting = this.#open();
    try {
      await this.#starting;
    } catch (error) {
      this.#state = this.#spent ? "stopped" : "idle";
      throw error;
    }
    this.#state = "listening";
  }

  stop({ drainMs = 30_000 }: { readonly drainMs?: number } = {}): Promise<StopReport> {
    this.#stopping ??= this.#stop(drainMs);
    return this.#stopping;
  }

  /** Until libmilter has the socket a failure gives the claim back, and start may be tried again. */
  async #open(): Promise<void> {
    try {
      await this.#listenOn();
    } catch (error) {
      this.#socket?.discard();
      if (!this.#spent) this.#addon.release();
      throw error;
    }
    this.#addon.run((...event) => this.#on(event));
    this.#keepAlive(this.#keepsAlive);
    await this.#serving.promise;
  }

  async #listenOn(): Promise<void> {
    let connection = this.#settings.connection;
    if ("path" in this.#listen) {
      this.#socket = await UnixSocket.prepare(this.#listen, this.#groupOf(this.#listen));
      connection = `unix:${this.#socket.draftPath}`;
    } else {
      await checkTcpPort(this.#listen);
    }
    const trouble = this.#addon.listen({ ...this.#settings, connection });
    if (trouble !== "") throw new MilterError("ERR_MILTER_SOCKET", `cannot listen: ${trouble}`);
    this.#spent = true;
    this.#socket?.publish();
  }

  #groupOf({ group }: UnixListen): number | undefined {
    if (typeof group !== "string") return group;
    const gid = this.#addon.groupId(group);
    if (gid < 0) throw new MilterError("ERR_MILTER_SOCKET", `there is no group ${group}`);
    return gid;
  }

  #on([kind, ticket, facts, bytes, detail]: NativeEvent): void {
    switch (kind) {
      case "chunk":
        this.#message(ticket, facts)?.chunk(bytes);
        break;
      case "end":
        this.#message(ticket, facts)?.end(readFacts(facts), bytes);
        break;
      case "recipient":
        this.#ask(ticket, facts);
        break;
      case "drained":
        this.#live.get(ticket)?.drained();
        break;
      case "answered":
        this.#forget(ticket);
        break;
      case "aborted":
        this.#abort(ticket, detail as AbortReason);
        break;
      case "listening":
        if (detail !== "") process.emitWarning("libmilter may take HUP, TERM and INT for itself");
        this.#serving.resolve();
        break;
      case "ended":
        this.#ended(detail as StopCause);
        break;
      default:
        throw new Error(`the addon sent an unknown event: ${String(kind satisfies never)}`);
    }
  }

  /** The first event of a message brings the facts; later ones find it by its ticket. */
  #message(ticket: number, facts: readonly string[]): MessageExchange | undefined {
    const known = this.#live.get(ticket);
    if (known instanceof MessageExchange) return known;
    const exchange = new MessageExchange(ticket, readFacts(facts), this.#context);
    this.#live.set(ticket, exchange);
    return exchange;
  }

  #ask(ticket: number, facts: readonly string[]): void {
    const exchange = new RecipientExchange(ticket, readFacts(facts), this.#context);
    this.#live.set(ticket, exchange);
    void exchange.ask();
  }

  #abort(ticket: number, reason: AbortReason): void {
    const exchange = this.#live.get(ticket);
    this.#forget(ticket);
    exchange?.aborted(reason);
  }

  #forget(ticket: number): void {
    this.#live.delete(ticket);
    if (this.#live.size === 0) this.#idle();
  }

  async #stop(drainMs: number): Promise<StopReport> {
    if (this.#state === "starting") await this.#starting?.catch(() => undefined);
    const inWork = this.#live.size;
    if (this.#state !== "listening") {
      this.#spent = true;
      this.#state = "stopped";
      return { finished: 0, failed: 0, orphaned: this.stats().sessions };
    }
    this.#state = "draining";
    this.#addon.drain();
    this.#socket?.withdraw();
    let failed = 0;
    if (!(await this.#untilIdle(drainMs))) {
      failed = this.#addon.detach();
      await this.#untilIdle(detachGraceMs);
    }
    await delay(writeGraceMs);
    this.#finish("requested");
    return { finished: Math.max(0, inWork - failed), failed, orphaned: this.stats().sessions };
  }

  /** Whether the last message was done in time. */
  async #untilIdle(timeoutMs: number): Promise<boolean> {
    if (this.#live.size === 0) return true;
    const enough = new AbortController();
    const idle = new Promise<boolean>((resolve) => {
      this.#idle = () => resolve(true);
    });
    const late = delay(timeoutMs, false, { signal: enough.signal }).catch(() => false);
    const result = await Promise.race([idle, late]);
    enough.abort();
    return result;
  }

  /** libmilter's listener has ended; when nobody asked for it the process is of no more use. */
  #ended(cause: StopCause): void {
    if (this.#state === "starting") {
      const message = "libmilter ended while it was started; see its lines in syslog";
      this.#serving.reject(new MilterError("ERR_MILTER_SOCKET", message));
    }
    if (this.#state === "listening") this.#finish(cause);
  }

  #finish(cause: StopCause): void {
    this.#state = "stopped";
    this.#addon.keepAlive(false);
    this.emit("stopped", cause);
  }

  #keepAlive(alive: boolean): this {
    this.#keepsAlive = alive;
    if (this.#spent && this.#state !== "stopped") this.#addon.keepAlive(alive);
    return this;
  }
}
