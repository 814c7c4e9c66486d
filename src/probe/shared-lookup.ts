/**
 * DNS of mail servers, shared by all domains of this process: thousands of domains name the same
 * MX hosts. Equal questions under way are merged, and answers are used again for a minute; a
 * failure is not kept, since it says nothing of the name. Questions about the recipient domain
 * itself (MX, TXT) are asked each time.
 *
 * Limits: so many answers and so many bytes of records are kept.
 */
import type { Clock } from "../base/clock.ts";
import type { DnsAnswer, RecordOf, RecordType, Resolver } from "../dns/resolver.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { SharedWork } from "./shared-work.ts";

type HostType = Extract<RecordType, "A" | "AAAA" | "CNAME" | "TLSA">;
type HostAnswer = DnsAnswer<RecordOf[HostType]>;

const hostTypes: readonly RecordType[] = ["A", "AAAA", "CNAME", "TLSA"] satisfies HostType[];
const keptMs = 60_000;
const maxKept = 20_000;
const maxKeptBytes = 16 * 1024 * 1024;

export class SharedLookup {
  readonly #clock: Clock;
  readonly #kept: BoundedCache<HostAnswer>;
  readonly #underWay = new Map<string, SharedWork<HostAnswer>>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#kept = new BoundedCache({
      clock,
      keptMs,
      maxEntries: maxKept,
      maxWeight: maxKeptBytes,
      weigh: weighAnswer,
    });
  }

  /**
   * `resolver` as one that shares. `notBefore`: what was answered before (epoch milliseconds) does
   * not count. Askers may come with different resolvers, an answer is everybody's all the same.
   */
  over(resolver: Resolver, notBefore = 0): Resolver {
    return {
      lookup: async (name, type, signal) => {
        if (!hostTypes.includes(type)) return resolver.lookup(name, type, signal);
        const answer = await this.#ask(resolver, { name, type, notBefore }, signal);
        // The key holds the type, so the records are of the type that was asked for.
        return answer as DnsAnswer<RecordOf[typeof type]>;
      },
    };
  }

  async #ask(
    resolver: Resolver,
    { name, type, notBefore }: { name: string; type: RecordType; notBefore: number },
    signal: AbortSignal,
  ): Promise<DnsAnswer<RecordOf[RecordType]>> {
    signal.throwIfAborted();
    const key = `${type} ${name.toLowerCase()}`;
    const kept = this.#kept.get(key, notBefore);
    if (kept !== undefined) return kept;
    const known = this.#underWay.get(key);
    if (known && !known.isAbandoned && known.startedAt >= notBefore) return known.join(signal);
    return this.#start(key, (shared) => resolver.lookup(name, type as HostType, shared)).join(
      signal,
    );
  }

  #start(key: string, ask: (signal: AbortSignal) => Promise<HostAnswer>): SharedWork<HostAnswer> {
    const startedAt = this.#clock.now();
    const work = new SharedWork(startedAt, async (signal) => {
      try {
        const answer = await ask(signal);
        if (answer.outcome !== "failure") this.#kept.set(key, answer, startedAt);
        return answer;
      } finally {
        if (this.#underWay.get(key) === work) this.#underWay.delete(key);
      }
    });
    this.#underWay.set(key, work);
    return work;
  }
}

function weighAnswer(answer: HostAnswer): number {
  if (answer.outcome !== "found") return 1;
  return answer.records.reduce<number>((sum, record) => sum + weighRecord(record), 1);
}

function weighRecord(record: RecordOf[HostType]): number {
  return typeof record === "string" ? record.length : record.data.length;
}
