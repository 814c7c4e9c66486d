/**
 * What the policy requests of one SMTP transaction tell: who sent to whom under which queue ID.
 * Kept in bounded memory only; the release queue and the log join by it.
 */
export interface Transaction {
  readonly queueId: string;
  readonly sender: string;
  /** Empty without login. */
  readonly saslUsername: string;
  readonly clientAddress: string;
  /** As given at RCPT, in order. */
  readonly recipients: readonly string[];
  readonly acceptedAt: number;
}

export interface TransactionMemory {
  /** Queue IDs of recent transactions to this recipient, newest first; empty when unknown. */
  queueIdsOf(recipient: string): readonly string[];
}

/** Hears which way each qmgr lookup was sent; implemented by the release queue. */
export interface RouteObserver {
  /** `way`: the transport that was answered, for example `mxseal-hold` or `retry`. */
  answered(recipient: string, way: Way): void;
}

export const ways = ["elsewhere", "mxseal-secure", "mxseal-clear", "mxseal-hold", "retry"] as const;
export type Way = (typeof ways)[number];
