/** MTA-STS policies, kept for their whole life (RFC 8461 §3.3). */
import type { Domain } from "../base/domain.ts";

/**
 * What is known of a domain's MTA-STS policy (RFC 8461 §3.3). A cache, but one that protects:
 * losing it opens the window of a first contact again.
 */
export interface StoredStsPolicy {
  readonly domain: Domain;
  /** The last policy that was fetched whole and valid; undefined: never. */
  readonly policy:
    | {
        readonly id: string;
        /** The body as fetched. */
        readonly text: string;
        readonly fetchedAt: number;
        /** fetchedAt + max_age. */
        readonly expiresAt: number;
      }
    | undefined;
  /** The last fetch that failed: not tried again for this id before five minutes have passed. */
  readonly failure:
    | { readonly id: string; readonly failedAt: number; readonly reason: string }
    | undefined;
}

export interface StsPolicyStore {
  find(domain: Domain): Promise<StoredStsPolicy | undefined>;
  /** Replaces what was there. Leaves 30 days after its end; each save removes a few such. */
  save(policy: StoredStsPolicy): Promise<void>;
}
