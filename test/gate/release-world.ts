/** The release runner beside a model of Postfix, under one clock that only the test moves. */

import { setImmediate } from "node:timers/promises";
import { type Domain, parseDomain } from "../../src/base/domain.ts";
import { MxsealError } from "../../src/base/errors.ts";
import { silentLog } from "../../src/base/log.ts";
import type { Verdict } from "../../src/base/verdict.ts";
import type { Decider } from "../../src/gate/decider.ts";
import { ReleaseQueue } from "../../src/gate/release-queue.ts";
import { ReleaseRunner } from "../../src/gate/release-runner.ts";
import type { Way } from "../../src/gate/transaction.ts";
import type { Decision } from "../../src/rules/decision.ts";
import { usualSealOptions } from "../../src/rules/seal-options.ts";
import type { ModelFile, ModelWorld } from "./qmgr-model.ts";
import { QmgrModel } from "./qmgr-model.ts";

export interface WorldOptions {
  readonly deliveryMs?: () => number;
  readonly greylists?: () => boolean;
  readonly milterFails?: () => boolean;
  readonly commandFails?: () => boolean;
}

const stepMs = 500;
const never = (): boolean => false;

export class ReleaseWorld {
  readonly postfix: QmgrModel;
  readonly queue: ReleaseQueue = new ReleaseQueue();
  readonly runner: ReleaseRunner;
  readonly #ways = new Map<string, Way>();
  readonly #queueIds = new Map<string, string[]>();
  readonly #signal = new AbortController().signal;
  storeFails = false;
  #nextId = 0;
  #stop: AbortController | undefined;
  #finished: () => boolean = () => false;

  constructor(options: WorldOptions = {}) {
    const world: ModelWorld = {
      lookup: (recipient) => {
        const way = this.wayNow(recipient);
        this.runner.answered(recipient, way);
        return way;
      },
      wayNow: (recipient) => this.wayNow(recipient),
      deliveryMs: options.deliveryMs ?? (() => 200),
      greylists: options.greylists ?? never,
      milterFails: options.milterFails ?? never,
      commandFails: options.commandFails ?? never,
    };
    this.postfix = new QmgrModel(world);
    this.runner = new ReleaseRunner({
      decider: new FakeDecider((recipient) => this.wayNow(recipient)),
      transactions: {
        queueIdsOf: (recipient) => this.#queueIds.get(recipient)?.toReversed() ?? [],
      },
      store: {
        held: this.postfix.held,
        marks: async () => {
          if (this.storeFails) throw new MxsealError("MXSEAL_STORE_UNUSABLE", "disk full");
          return { verdicts: 0, rules: 0, held: this.postfix.held.mark };
        },
      },
      postqueue: this.postfix,
      clock: { now: () => this.postfix.now },
      log: silentLog,
      queue: this.queue,
      wait: async (ms) => {
        await setImmediate();
        this.postfix.advance(this.now + ms);
        if (this.#finished()) this.#stop?.abort();
      },
    });
  }

  get now(): number {
    return this.postfix.now;
  }

  wayNow(recipient: string): Way {
    return this.#ways.get(recipient.slice(recipient.lastIndexOf("@") + 1)) ?? "retry";
  }

  decide(domain: string, way: Way): void {
    this.#ways.set(domain, way);
  }

  /** A message of a client whose transaction mxseal saw. */
  send(sender: string, recipients: readonly string[]): ModelFile {
    const queueId = this.#newId();
    for (const recipient of recipients) {
      const known = this.#queueIds.get(recipient) ?? [];
      known.push(queueId);
      this.#queueIds.set(recipient, known);
    }
    return this.postfix.accept(queueId, sender, recipients);
  }

  /** A message whose recipients nobody named to mxseal, as behind an alias. */
  sendUnseen(sender: string, recipients: readonly string[]): ModelFile {
    return this.postfix.accept(this.#newId(), sender, recipients);
  }

  async play(ms: number): Promise<void> {
    const untilMs = this.now + ms;
    while (this.now < untilMs) await this.step();
  }

  /** Plays until it holds; true when it came to hold in time. */
  async playUntil(holds: () => boolean, mostMs: number): Promise<boolean> {
    const untilMs = this.now + mostMs;
    while (!holds() && this.now < untilMs) await this.step();
    return holds();
  }

  async step(): Promise<void> {
    this.postfix.advance(this.now + stepMs);
    await this.runner.tick(this.#signal);
    await this.runner.sweep(this.#signal);
  }

  /** Lets the runner's own loops run until it holds. */
  async run(stop: AbortController, finished: () => boolean): Promise<void> {
    this.#stop = stop;
    this.#finished = finished;
    await this.runner.run(stop.signal);
  }

  #newId(): string {
    this.#nextId += 1;
    return (0xa00000 + this.#nextId).toString(16).toUpperCase();
  }
}

class FakeDecider implements Decider {
  readonly #wayNow: (recipient: string) => Way;

  constructor(wayNow: (recipient: string) => Way) {
    this.#wayNow = wayNow;
  }

  decide(recipient: string): Decision {
    return decisionFor(this.#wayNow(recipient));
  }

  securePolicy(): string | undefined {
    return undefined;
  }

  clearGate(): undefined {
    return undefined;
  }
}

const verdict: Verdict = {
  domain: parseDomain("example.org") as Domain,
  status: "failed",
  assurance: "none",
  profile: "bcp195/2022-11",
  findings: [],
  hosts: [],
  dnssec: { mx: false },
  postfixPolicy: null,
  checkedAt: 0,
  refreshAfter: 0,
  expiresAt: 0,
};

function decisionFor(way: Way): Decision {
  switch (way) {
    case "elsewhere":
      return { kind: "elsewhere", domainClass: "local" };
    case "mxseal-secure":
      return { kind: "secure", postfixPolicy: "secure", verdict };
    case "mxseal-clear":
      return { kind: "clear", leastTls: "may", ruleId: 1, verdict };
    case "mxseal-hold":
      return { kind: "seal", ruleId: null, options: usualSealOptions, verdict };
    case "retry":
      return { kind: "wait", reason: "no-verdict" };
  }
}
