/** What a sealed message is at a moment, told from its row; the same for pages and commands. */
import type { SealedMessage } from "./sealed-store.ts";

export type MessageState =
  /** Link and code open it. */
  | { readonly kind: "available" }
  /** `untilAt` null: until it has a new code. */
  | { readonly kind: "locked"; readonly untilAt: number | null }
  | { readonly kind: "recalled"; readonly recalledAt: number }
  | { readonly kind: "expired" };

type StateFields = Pick<
  SealedMessage,
  "expiresAt" | "forgottenAt" | "lockedAt" | "lockedUntil" | "recalledAt"
>;

/** A message that was taken back or forgotten is so for good, also when the clock goes back. */
export function stateOf(message: StateFields, nowMs: number): MessageState {
  const { expiresAt, forgottenAt, lockedAt, lockedUntil, recalledAt } = message;
  if (recalledAt !== null) return { kind: "recalled", recalledAt };
  if (forgottenAt !== null || expiresAt <= nowMs) return { kind: "expired" };
  const locked = lockedAt !== null && (lockedUntil === null || lockedUntil > nowMs);
  return locked ? { kind: "locked", untilAt: lockedUntil } : { kind: "available" };
}
