/** Why a DNS lookup gave no answer, in words that continue "it could not be read:". */
import type { DnsFailure } from "../dns/resolver.ts";

const words: Readonly<Record<DnsFailure, string>> = {
  "server-failure": "its DNS servers answer with an error (SERVFAIL)",
  bogus: "its DNSSEC signatures are not valid",
  refused: "the resolver refused to answer",
  timeout: "no answer in time",
  truncated: "no whole answer could be fetched",
  malformed: "the answer could not be understood",
  "alias-loop": "its aliases (CNAME) lead in a circle or too far",
  "not-recursive": "the configured resolver does not resolve names for us",
};

export function describeDnsFailure(reason: DnsFailure): string {
  return words[reason];
}
