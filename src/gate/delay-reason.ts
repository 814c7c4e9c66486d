/**
 * What the text beside a deferred recipient (`delay_reason` of postqueue(1)) tells the release
 * queue. The texts are those of our own replies and of Postfix's smtp(8) and qmgr(8).
 */

/**
 * `ours`: it waits for mxseal; a flush helps as soon as the decision lets it go.
 * `refused`: Postfix enforced the proven policy and the server failed it; a flush helps only when
 * the decision is another one by now. `foreign`: none of our business.
 */
export type DelayKind = "ours" | "refused" | "foreign";

const ours: readonly RegExp[] = [
  // The transport answer `retry:4.7.5 …` (listen/reply.ts), and every text with our name.
  /\bTLS check\b/,
  /\bcannot be checked\b/,
  /\bwill be (?:looked up|tried) again$/,
  /^mail to an IP address in brackets /,
  /\bmxseal\b/i,
  // The hold port: a 451 of the milter, or of smtpd while the milter is away.
  /\b127\.0\.0\.1\[127\.0\.0\.1\]/,
  // qmgr(8) when the transport map does not answer.
  /address resolver failure/,
  // smtp(8) when the TLS policy map answers TEMP or does not answer.
  /^client TLS configuration problem/,
  /^TLS policy lookup error/,
];

const refused: readonly RegExp[] = [
  /^Server certificate not (?:verified|trusted)/,
  /^TLS is required, but /,
  /^Cannot start TLS/,
  // smtp(8) under dane-only when DNS no longer says what it said (its dane_init).
  /^TLSA lookup error for /,
  /^(?:non DNSSEC destination|no TLSA records found|TLSA records unusable)$/,
];

export function delayKind(reason: string): DelayKind {
  if (refused.some((pattern) => pattern.test(reason))) return "refused";
  return ours.some((pattern) => pattern.test(reason)) ? "ours" : "foreign";
}
