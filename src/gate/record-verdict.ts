/**
 * Stores the outcome of a probe, in the light of what was known before (`gate/supersede.ts`), and
 * with it how that turned the domain. Reading and storing are one step: of two processes that
 * probe a domain at once only one records the turn.
 */
import { isDeepStrictEqual } from "node:util";
import type { Verdict } from "../base/verdict.ts";
import type { VerdictRevision, VerdictStore } from "../store/verdict-store.ts";
import { supersede } from "./supersede.ts";
import { turnOf } from "./verdict-turn.ts";

/** `verdict`: in force, what is to be published. */
export type RecordedVerdict = VerdictRevision;

export function recordVerdict(
  verdicts: Pick<VerdictStore, "revise">,
  fresh: Verdict,
): Promise<RecordedVerdict> {
  return verdicts.revise(fresh.domain, (old) => {
    const inForce = supersede(old, fresh);
    if (old !== undefined && isDeepStrictEqual(old, inForce)) {
      return { verdict: old, turn: undefined };
    }
    return { verdict: inForce, turn: turnOf(old, inForce) };
  });
}
