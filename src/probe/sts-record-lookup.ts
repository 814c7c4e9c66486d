/** The id that `_mta-sts.DOMAIN` announces (RFC 8461 §3.1), or what is wrong with it. */
import type { Domain } from "../base/domain.ts";
import type { Finding } from "../base/verdict.ts";
import { readStsRecord } from "../mta-sts/sts-record.ts";
import { describeDnsFailure } from "./dns-failure.ts";
import { finding } from "./finding.ts";
import type { Lookup } from "./mail-host.ts";

export interface StsRecordLookup {
  /** undefined: no record, none that is valid, or none that could be read. */
  readonly id: string | undefined;
  readonly findings: readonly Finding[];
}

export function stsRecordNameOf(domain: Domain): string {
  return `_mta-sts.${domain}`;
}

export async function lookUpStsRecord(domain: Domain, lookup: Lookup): Promise<StsRecordLookup> {
  const name = stsRecordNameOf(domain);
  const answer = await lookup(name, "TXT");
  if (answer.outcome === "failure") {
    return unusable(finding("sts-lookup-failed", [name, describeDnsFailure(answer.reason)]));
  }
  if (answer.outcome !== "found") return { id: undefined, findings: [] };
  const record = readStsRecord(answer.records);
  if (record.kind === "valid") return { id: record.id, findings: [] };
  if (record.kind === "none") return { id: undefined, findings: [] };
  return unusable(finding("sts-record-invalid", [name, record.fault]));
}

function unusable(found: Finding): StsRecordLookup {
  return { id: undefined, findings: [found] };
}
