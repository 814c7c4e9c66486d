/**
 * Which domains mail was routed to since the last flush, so that refresh renews what is used and
 * leaves the rest. Bounded: what does not fit is noted when it is routed the next time.
 */
import type { Domain } from "../base/domain.ts";
import type { VerdictStore } from "../store/verdict-store.ts";

const usualCapacity = 50_000;

export class Usage {
  readonly #capacity: number;
  #domains = new Set<Domain>();

  constructor(capacity: number = usualCapacity) {
    this.#capacity = capacity;
  }

  note(domain: Domain): void {
    if (this.#domains.size < this.#capacity) this.#domains.add(domain);
  }

  /** Called every minute or so. Rejects as the store does; nothing noted is lost then. */
  async flush(verdicts: Pick<VerdictStore, "markUsed">, nowMs: number): Promise<void> {
    if (this.#domains.size === 0) return;
    const domains = this.#domains;
    this.#domains = new Set();
    try {
      await verdicts.markUsed([...domains], nowMs);
    } catch (error) {
      for (const domain of domains) this.note(domain);
      throw error;
    }
  }
}
