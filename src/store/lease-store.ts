/** Leases: what one process at a time may do, for as long as it renews its lease. */

export interface Lease {
  readonly name: string;
  /** Unguessable; names the holder. */
  readonly holder: string;
  /** For people: which command, which process. */
  readonly note: string;
  readonly startedAt: number;
  readonly until: number;
}

export type LeaseOutcome =
  /** `interrupted`: the lease that ran out without being given back, if there was one. */
  | { readonly kind: "taken"; readonly interrupted: Lease | undefined }
  | { readonly kind: "held"; readonly by: Lease };

export interface LeaseStore {
  /** Free, run out or this very holder's: taken. */
  take(lease: Lease, nowMs: number): Promise<LeaseOutcome>;
  /** False: it was lost to somebody else meanwhile. */
  renew(name: string, holder: string, until: number): Promise<boolean>;
  /** Without effect when it is not this holder's. */
  release(name: string, holder: string): Promise<void>;
}
