/**
 * Whether a domain that failed itself forbids delivery to its servers as they are: all of them
 * have TLSA records that do not match (RFC 7672 §2.2, §9.1), or its MTA-STS policy is enforced and
 * no server satisfies it (RFC 8461 §5). What only our own profile rejects is no prohibition of
 * theirs, and is treated like any other failure.
 */
import type { MtaStsReport } from "../base/verdict.ts";
import { matchesName } from "./certificate.ts";
import { type Identified, isListed } from "./identity.ts";
import type { Judgement } from "./judgement.ts";

export function findProhibition(
  identified: readonly Identified[],
  sts: MtaStsReport | undefined,
): "dane" | "mta-sts" | undefined {
  const judgements = identified
    .map(({ judgement }) => judgement)
    .filter(({ standing }) => standing !== "out-of-reach");
  if (judgements.length === 0) return undefined;
  if (judgements.every(({ dane }) => dane === "mismatch" || dane === "unseen")) return "dane";
  // DANE goes before MTA-STS (RFC 8461 §2), whatever came of it.
  if (judgements.some(({ dane }) => dane !== undefined)) return undefined;
  if (sts?.mode !== "enforce") return undefined;
  return judgements.some((judgement) => satisfies(judgement, sts)) ? undefined : "mta-sts";
}

function satisfies({ target, trustedLeaf, open }: Judgement, sts: MtaStsReport): boolean {
  const openLeaf = open?.trustError === undefined ? open?.presented[0] : undefined;
  const leaf = trustedLeaf ?? openLeaf;
  return leaf !== undefined && isListed(target.host, sts) && matchesName(leaf, target.host);
}
