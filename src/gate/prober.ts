/** How the gate asks for a verdict; implemented above by a worker off the main thread. */
import type { Domain } from "../base/domain.ts";
import type { Verdict } from "../base/verdict.ts";

export interface Prober {
  /**
   * Probes now and answers when the verdict is stored and published to the lookup memory.
   * Requests for a domain that is being probed join that probe. Rejects with an `MxsealError`
   * when the machine, not the domain, is at fault (no resolver, no CA file, queue full).
   * `fresh`: what was seen of the domain's servers before, for another domain, does not count.
   */
  probe(domain: Domain, wish?: { readonly fresh: boolean }): Promise<Verdict>;
}
