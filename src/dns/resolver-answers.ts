/**
 * Whether this machine's resolver answers at all. A resolver that keeps silent looks, domain by
 * domain, like a domain whose servers do; asked for a name that it can answer itself (RFC 6761
 * §6.4), silence is its own.
 */
import { MxsealError } from "../base/errors.ts";
import type { Resolver } from "./resolver.ts";

const waitMs = 20_000;

/** Rejects with MXSEAL_RESOLVER_UNUSABLE. */
export async function requireAnswers(resolver: Resolver): Promise<void> {
  const deadline = AbortSignal.timeout(waitMs);
  const isSilent = await resolver.lookup("invalid", "A", deadline).then(
    (answer) => answer.outcome === "failure" && answer.reason === "timeout",
    (error: unknown) => {
      if (deadline.aborted && error === deadline.reason) return true;
      throw error;
    },
  );
  if (isSilent)
    throw new MxsealError("MXSEAL_RESOLVER_UNUSABLE", "The DNS resolver does not answer.");
}
