/** MTA-STS policies for the life of a process: for a probe that stores nothing. */
import type { Domain } from "../base/domain.ts";
import type { StoredStsPolicy, StsPolicyStore } from "../store/sts-policy-store.ts";

export class MemoryStsPolicies implements StsPolicyStore {
  readonly #policies = new Map<Domain, StoredStsPolicy>();

  async find(domain: Domain): Promise<StoredStsPolicy | undefined> {
    return this.#policies.get(domain);
  }

  async save(policy: StoredStsPolicy): Promise<void> {
    this.#policies.set(policy.domain, policy);
  }
}
