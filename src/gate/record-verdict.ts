/** Stores the outcome of a probe, in the light of what was known before (`gate/supersede.ts`). */
import { isDeepStrictEqual } from "node:util";
import type { Verdict } from "../base/verdict.ts";
import type { VerdictStore } from "../store/store.ts";
import { supersede } from "./supersede.ts";

/** Resolves to the verdict in force, which is what is to be published. */
export async function recordVerdict(
  verdicts: Pick<VerdictStore, "find" | "save">,
  fresh: Verdict,
): Promise<Verdict> {
  const old = await verdicts.find(fresh.domain);
  const inForce = supersede(old, fresh);
  if (!isDeepStrictEqual(old, inForce)) await verdicts.save(inForce);
  return inForce;
}
