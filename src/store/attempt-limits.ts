/** How many wrong codes there may be, and what came of one more. */

export interface AttemptLimits {
  /** Then the message is locked for `lockMs`. */
  readonly perMessage: number;
  readonly lockMs: number;
  /** Wrong ones of the code's whole life; then only a new code helps. */
  readonly perCode: number;
  /** Within `networkWindowMs`; then that network pauses for `networkPauseMs`. */
  readonly perNetwork: number;
  readonly networkWindowMs: number;
  readonly networkPauseMs: number;
  /** Of one network at all messages within an hour; then it pauses until the hour is over. */
  readonly perNetworkHour: number;
  /** So many wrong ones alarm the sender, and so does a lock. */
  readonly alarmAfter: number;
}

export type AttemptOutcome =
  | {
      readonly kind: "counted";
      readonly leftForNetwork: number;
      readonly leftForMessage: number;
      /** Until when the network pauses at all messages, if that was its last try of the hour. */
      readonly hourEndsAt?: number;
    }
  | { readonly kind: "network-paused"; readonly untilAt: number }
  /** `untilAt` null: until the message has a new code. */
  | { readonly kind: "locked"; readonly untilAt: number | null }
  /** Not there, or forgotten. */
  | { readonly kind: "gone" };
