/**
 * Sessions that their readers closed, or replaced by entering the code again. A cookie cannot be taken back from a request that is still
 * under way, and an upload of files may take minutes: its answer, or the browser's next request, would
 * open the message again on a machine that others use. Kept in memory for as long as a session can
 * last, and bounded; a restart forgets them, and no more than that hour.
 */
import type { Clock } from "../base/clock.ts";
import { type Session, sessionMaxMs } from "./session.ts";

const maxKept = 10_000;

export class ClosedSessions {
  readonly #clock: Clock;
  readonly #closedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(session: Session): void {
    this.#closedAt.set(keyOf(session), this.#clock.now());
    this.#forgetPast();
  }

  has(session: Session): boolean {
    return this.#closedAt.has(keyOf(session));
  }

  /** Oldest first, as a map has them. */
  #forgetPast(): void {
    const pastAt = this.#clock.now() - sessionMaxMs;
    for (const [key, closedAt] of this.#closedAt) {
      if (closedAt > pastAt && this.#closedAt.size <= maxKept) return;
      this.#closedAt.delete(key);
    }
  }
}

function keyOf({ messageId, openedAt }: Session): string {
  return `${messageId} ${openedAt}`;
}
