/**
 * The Prober of a running process: a worker thread probes and stores, this side merges requests
 * for one domain, bounds what is under way and hands each verdict to the lookup memory before
 * anybody who waits for it hears. A worker that dies takes its probes with it: they reject as
 * temporary, and a new worker starts with the next request.
 */
import { Worker } from "node:worker_threads";
import type { Domain } from "../base/domain.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Verdict } from "../base/verdict.ts";
import type { Prober } from "../gate/prober.ts";
import type { RecordedVerdict } from "../gate/record-verdict.ts";
import type { ProbeReply, ProbeTask, ProbeWorkerData } from "./probe-task.ts";

export interface ProbePoolOptions {
  readonly workerData: ProbeWorkerData;
  /** Called with each stored verdict before its probe resolves. */
  readonly publish: (recorded: RecordedVerdict) => void;
  readonly log: Log;
  readonly maxRunning?: number;
  readonly maxWaiting?: number;
}

interface Pending {
  readonly task: ProbeTask;
  readonly promise: Promise<Verdict>;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: MxsealError) => void;
}

export class ProbePool implements Prober, AsyncDisposable {
  readonly #options: ProbePoolOptions;
  readonly #byDomain = new Map<Domain, Pending>();
  readonly #waiting: Pending[] = [];
  readonly #running = new Map<number, Pending>();
  #worker: Worker | undefined;
  #nextId = 1;
  #stopped = false;

  constructor(options: ProbePoolOptions) {
    this.#options = options;
  }

  probe(
    domain: Domain,
    { fresh }: { readonly fresh: boolean } = { fresh: false },
  ): Promise<Verdict> {
    const known = this.#byDomain.get(domain);
    if (known !== undefined && (known.task.fresh || !fresh)) return known.promise;
    if (this.#stopped || this.#waiting.length >= (this.#options.maxWaiting ?? 10_000)) {
      const why = this.#stopped ? "probing has stopped" : "too many domains wait for their probe";
      return Promise.reject(new MxsealError("MXSEAL_PROBE_UNAVAILABLE", why));
    }
    const { promise, resolve, reject } = Promise.withResolvers<Verdict>();
    // Whoever asked may have gone; an unheard rejection is no crash.
    promise.catch(() => undefined);
    const pending = { task: { id: this.#nextId++, domain, fresh }, promise, resolve, reject };
    this.#byDomain.set(domain, pending);
    this.#waiting.push(pending);
    this.#startNext();
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#failAll("mxseal is stopping");
  }

  #startNext(): void {
    const most = this.#options.maxRunning ?? 64;
    while (this.#running.size < most) {
      const pending = this.#waiting.shift();
      if (pending === undefined) return;
      this.#running.set(pending.task.id, pending);
      const worker = this.#workerThread();
      worker.ref();
      worker.postMessage(pending.task);
    }
  }

  #workerThread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const file = import.meta.url.endsWith(".ts") ? "./probe-worker.ts" : "./probe-worker.js";
    const worker = new Worker(new URL(file, import.meta.url), {
      workerData: this.#options.workerData,
    });
    worker.on("message", (reply: ProbeReply) => this.#receive(reply));
    worker.on("error", (error) => {
      this.#options.log.error({ error }, "the probe worker crashed");
    });
    worker.on("exit", () => this.#workerGone(worker));
    this.#worker = worker;
    return worker;
  }

  #receive(reply: ProbeReply): void {
    const pending = this.#running.get(reply.id);
    if (pending === undefined) return;
    this.#forget(pending);
    if (reply.kind === "verdict") {
      this.#options.publish(reply.recorded);
      pending.resolve(reply.recorded.verdict);
    } else {
      pending.reject(new MxsealError(reply.code, reply.message));
    }
    this.#startNext();
  }

  #workerGone(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#failAll("the probe worker ended");
  }

  #failAll(why: string): void {
    const all = [...this.#running.values(), ...this.#waiting.splice(0)];
    for (const pending of all) {
      this.#forget(pending);
      pending.reject(new MxsealError("MXSEAL_PROBE_UNAVAILABLE", why));
    }
  }

  #forget(pending: Pending): void {
    this.#running.delete(pending.task.id);
    const { domain } = pending.task;
    if (this.#byDomain.get(domain) === pending) this.#byDomain.delete(domain);
    // An idle worker does not keep a finished command alive.
    if (this.#running.size === 0) this.#worker?.unref();
  }
}
