/**
 * Decides when a domain that mail waits for is probed: at once when nothing is known, again when
 * what is known is due, never two probes of one domain at a time, and with growing pauses while
 * the machine itself is at fault. A domain is forgotten when its verdict is definite or nobody has
 * asked for it for a day; qmgr asks again at each of its retries.
 */
import type { Clock } from "../base/clock.ts";
import type { Domain } from "../base/domain.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Verdict } from "../base/verdict.ts";
import { isFromTheFuture } from "../rules/standing.ts";
import type { Prober } from "./prober.ts";

export interface ProbeSchedulerOptions {
  readonly prober: Prober;
  /** The verdict in memory, also an expired one. */
  readonly verdictOf: (domain: Domain) => Verdict | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Domains remembered at most; further ones are probed when qmgr asks again. */
  readonly maxDomains?: number;
}

interface Wanted {
  nextAt: number;
  wantedAt: number;
  probing: boolean;
  /** Postfix met something else than what was seen last. */
  doubted: boolean;
  faults: number;
  /** Probes in a row that could not tell. */
  unknowns: number;
}

const forgetAfterMs = 24 * 60 * 60_000;
/** A verdict younger than this is not doubted: the server would have to be asked all the time. */
const leastDoubtMs = 10 * 60_000;
/** A domain that stays unknown is asked less and less often. */
const firstUnknownMs = 5 * 60_000;
const longestUnknownMs = 2 * 60 * 60_000;
const firstPauseMs = 5_000;
const longestPauseMs = 5 * 60_000;

export class ProbeScheduler {
  readonly #options: ProbeSchedulerOptions;
  readonly #wanted = new Map<Domain, Wanted>();
  #inTrouble = false;

  constructor(options: ProbeSchedulerOptions) {
    this.#options = options;
  }

  /** Mail waits for this domain. */
  want(domain: Domain): void {
    const nowMs = this.#options.clock.now();
    this.#note(domain, this.#dueAt(domain, nowMs), nowMs);
  }

  /** Postfix refused the domain's servers although they count as proven: they may have changed. */
  doubt(domain: Domain): void {
    const nowMs = this.#options.clock.now();
    const checkedAt = this.#options.verdictOf(domain)?.checkedAt ?? 0;
    if (checkedAt <= nowMs && nowMs - checkedAt < leastDoubtMs) return;
    this.#options.log.info({ domain }, "Postfix refused a proven server; probing it again");
    this.#note(domain, nowMs, nowMs, true);
  }

  /** Called about once a second. */
  tick(): void {
    const nowMs = this.#options.clock.now();
    for (const [domain, entry] of this.#wanted) {
      if (nowMs - entry.wantedAt > forgetAfterMs && !entry.probing) this.#wanted.delete(domain);
      else this.#probeIfDue(domain, nowMs);
    }
  }

  #note(domain: Domain, dueAt: number, nowMs: number, doubted = false): void {
    const known = this.#wanted.get(domain);
    if (known !== undefined) {
      known.wantedAt = nowMs;
      known.doubted ||= doubted;
    } else if (this.#wanted.size < (this.#options.maxDomains ?? 10_000) || this.#makeRoom()) {
      const entry = {
        nextAt: dueAt,
        wantedAt: nowMs,
        probing: false,
        doubted,
        faults: 0,
        unknowns: 0,
      };
      this.#wanted.set(domain, entry);
    }
    this.#probeIfDue(domain, nowMs);
  }

  /** For a domain that was not asked about before, the one that was asked in vain most often. */
  #makeRoom(): boolean {
    let worst: Domain | undefined;
    let most = 1;
    for (const [domain, { unknowns, probing }] of this.#wanted) {
      if (probing || unknowns <= most) continue;
      worst = domain;
      most = unknowns;
    }
    return worst !== undefined && this.#wanted.delete(worst);
  }

  #dueAt(domain: Domain, nowMs: number): number {
    const verdict = this.#options.verdictOf(domain);
    if (verdict === undefined || verdict.expiresAt <= nowMs) return nowMs;
    return isFromTheFuture(verdict, nowMs) ? nowMs : verdict.refreshAfter;
  }

  #probeIfDue(domain: Domain, nowMs: number): void {
    const entry = this.#wanted.get(domain);
    if (entry === undefined || entry.probing || entry.nextAt > nowMs) return;
    entry.probing = true;
    const fresh = entry.doubted;
    entry.doubted = false;
    this.#options.prober.probe(domain, { fresh }).then(
      (verdict) => this.#settle(domain, entry, verdict),
      (error: unknown) => {
        entry.doubted ||= fresh;
        this.#postpone(entry, error);
      },
    );
  }

  #settle(domain: Domain, entry: Wanted, verdict: Verdict): void {
    entry.probing = false;
    entry.faults = 0;
    entry.unknowns = verdict.status === "unknown" ? entry.unknowns + 1 : 0;
    const pauseMs = Math.min(firstUnknownMs * 2 ** (entry.unknowns - 1), longestUnknownMs);
    const notBefore = this.#options.clock.now() + (entry.unknowns > 1 ? pauseMs : 1000);
    entry.nextAt = Math.max(verdict.refreshAfter, notBefore);
    this.#noteTrouble(undefined);
    const definite = verdict.status === "proven" || verdict.status === "failed";
    if (definite || verdict.noMail?.certain === true) this.#wanted.delete(domain);
  }

  #postpone(entry: Wanted, error: unknown): void {
    if (!(error instanceof MxsealError)) throw error;
    entry.probing = false;
    entry.faults += 1;
    const pauseMs = Math.min(firstPauseMs * 2 ** (entry.faults - 1), longestPauseMs);
    entry.nextAt = this.#options.clock.now() + pauseMs;
    this.#noteTrouble(error);
  }

  /** One line when probing stops working and one when it works again, not one per domain. */
  #noteTrouble(error: MxsealError | undefined): void {
    if (error !== undefined && !this.#inTrouble) {
      this.#options.log.error({ error }, `probing does not work, mail waits: ${error.advice}`);
    }
    if (error === undefined && this.#inTrouble) {
      this.#options.log.info({}, "probing works again");
    }
    this.#inTrouble = error !== undefined;
  }
}
