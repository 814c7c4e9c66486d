/**
 * Codes that wait to go by SMS, as the rest of the code sees them. A job comes into being with its
 * message or with a new code, and goes with the code: a recalled, expired or renewed message leaves
 * none behind. Every call of the hook is counted before it is made, so that whatever breaks, no more
 * are made than the limits allow.
 */
import type { SealedMessage } from "./sealed-store.ts";

/** Committed in the step that makes the code. */
export interface NewSms {
  /** Number, code and check words, under a key that is not in the store. */
  readonly sealedContent: Buffer;
}

export interface SmsJob extends NewSms {
  readonly id: number;
  /** Of the code; the content is bound to it. */
  readonly createdAt: number;
  /** Calls of the hook so far. */
  readonly tries: number;
  readonly message: SealedMessage;
}

export interface SmsLimits {
  readonly perMessage: number;
  readonly perSenderPerHour: number;
  readonly perDay: number;
}

export type SmsLimit = "message" | "sender" | "day";

export type SmsStart =
  /** `call`: what was counted. */
  | { readonly kind: "counted"; readonly call: number }
  | { readonly kind: "limited"; readonly by: SmsLimit }
  /** Another process has it in hand, or its code is valid no more. */
  | { readonly kind: "gone" };

/**
 * `country`: the number may not be sent to; `limit`: too many; `refused`: the hook said no for good;
 * `unreachable`: the hook did not take it for so long.
 */
export const smsFaults = ["country", "limit", "refused", "unreachable"] as const;
export type SmsFault = (typeof smsFaults)[number];

/** What the sender is to be told. */
export interface SmsFailure {
  readonly reason: SmsFault;
  /** Masked. */
  readonly number: string;
  /** Since the code was made. */
  readonly waitedMs: number;
  readonly failedAt: number;
}

export interface ReportedSmsFailure extends SmsFailure {
  readonly message: SealedMessage;
}

export interface SmsStore {
  /** What is to be tried now, longest due first. */
  due(nowMs: number, limit: number): Promise<readonly SmsJob[]>;
  /**
   * Counts a call in one durable step, and keeps the job from everybody until `againAt`. Of several
   * processes with the same job one gets it.
   */
  start(
    job: SmsJob,
    limits: SmsLimits,
    times: { readonly nowMs: number; readonly againAt: number },
  ): Promise<SmsStart>;
  /** The hook has taken it. */
  complete(id: number): Promise<void>;
  /** Once more at `dueAt`. `unsent`: the call that is certain to have sent nothing counts no more. */
  postpone(id: number, dueAt: number, unsent?: number): Promise<void>;
  /** Given up: the job goes, and its sender is to be told. */
  fail(id: number, failure: SmsFailure): Promise<void>;
  /** What senders are to be told, oldest first. */
  failures(nowMs: number, limit: number): Promise<readonly ReportedSmsFailure[]>;
  /** After Postfix has taken the mail. One that came anew meanwhile stays. */
  completeFailure(failure: ReportedSmsFailure): Promise<void>;
}
