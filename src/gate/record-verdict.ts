/**
 * Stores the outcome of a probe, in the light of what was known before (`gate/supersede.ts`), and
 * with it, in the same step, how that turned the domain.
 */
import { isDeepStrictEqual } from "node:util";
import type { Verdict } from "../base/verdict.ts";
import type { VerdictStore, VerdictTurn } from "../store/store.ts";
import { supersede } from "./supersede.ts";
import { turnOf } from "./verdict-turn.ts";

export interface RecordedVerdict {
  /** In force: what is to be published. */
  readonly verdict: Verdict;
  readonly turn: VerdictTurn | undefined;
}

/** Of two processes that probe a domain at once, both may record the same turn. */
export async function recordVerdict(
  verdicts: Pick<VerdictStore, "find" | "save">,
  fresh: Verdict,
): Promise<RecordedVerdict> {
  const old = await verdicts.find(fresh.domain);
  const verdict = supersede(old, fresh);
  const turn = turnOf(old, verdict);
  if (!isDeepStrictEqual(old, verdict)) await verdicts.save(verdict, turn);
  return { verdict, turn };
}
