/**
 * `[lock]`: how many wrong codes until a network pauses and a message is locked. The ranges keep the
 * promise that a stolen link allows a few guesses: at most a hundred in a code's life, as for every
 * secret that is tried online (NIST SP 800-63B §5.2.2), and a lock that lasts. Each count must be
 * within reach before the next one ends the trying.
 */
import { z } from "zod";
import type { AttemptLimits } from "../store/attempt-limits.ts";

export interface LockTable {
  /** Wrong codes of one network at one message within `network_window_minutes`; then it pauses. */
  readonly wrong_per_network: number;
  readonly network_window_minutes: number;
  readonly network_pause_minutes: number;
  /** Of one network at all messages; then it pauses for the rest of the hour. */
  readonly wrong_per_network_hour: number;
  /** Of all networks at one message; then it is locked for `message_lock_hours`. */
  readonly wrong_per_message: number;
  readonly message_lock_hours: number;
  /** In a code's whole life; then only a new code helps. */
  readonly wrong_per_code: number;
  /** So many at one message alarm its sender. */
  readonly alarm_at: number;
}

export const lockTable: z.ZodType<LockTable> = z
  .strictObject({
    wrong_per_network: z.int().min(3).max(100).default(5),
    network_window_minutes: z.number().min(5).max(1440).default(10),
    // The page names the hour at which the pause ends, not the day.
    network_pause_minutes: z.number().min(5).max(720).default(30),
    wrong_per_network_hour: z.int().min(5).max(1000).default(30),
    wrong_per_message: z.int().min(5).max(100).default(20),
    message_lock_hours: z.number().min(1).max(720).default(24),
    wrong_per_code: z.int().min(5).max(100).default(100),
    alarm_at: z.int().min(1).max(100).default(3),
  })
  .prefault({});

const orders: readonly (readonly [keyof LockTable, keyof LockTable])[] = [
  ["wrong_per_network", "wrong_per_message"],
  ["wrong_per_network", "wrong_per_network_hour"],
  ["wrong_per_message", "wrong_per_code"],
  ["alarm_at", "wrong_per_message"],
];

export interface LockFault {
  readonly key: keyof LockTable;
  readonly text: string;
}

/** Counts that cannot be reached because another one ends the trying before. */
export function findLockFaults(lock: LockTable): readonly LockFault[] {
  return orders
    .filter(([lesser, greater]) => lock[lesser] > lock[greater])
    .map(([lesser, greater]) => {
      const text = `${lock[lesser]} is never reached: \`lock.${greater}\` is ${lock[greater]}`;
      return { key: lesser, text };
    });
}

/** In whole milliseconds: the store takes no others. */
export function attemptLimits(lock: LockTable): AttemptLimits {
  return {
    perMessage: lock.wrong_per_message,
    lockMs: Math.round(lock.message_lock_hours * 3_600_000),
    perCode: lock.wrong_per_code,
    perNetwork: lock.wrong_per_network,
    networkWindowMs: Math.round(lock.network_window_minutes * 60_000),
    networkPauseMs: Math.round(lock.network_pause_minutes * 60_000),
    perNetworkHour: lock.wrong_per_network_hour,
    alarmAfter: lock.alarm_at,
  };
}
