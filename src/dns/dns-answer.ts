/**
 * From a response to an answer: CNAMEs followed within the answer section, the records of the
 * wanted type read, NODATA told from NXDOMAIN (RFC 1034 §3.6.2, RFC 2308 §2).
 */
import { isIPv4, isIPv6 } from "node:net";
import type { Answer } from "dns-packet";
import type { DnsQuestion, DnsResponse } from "./dns-message.ts";
import type { DnsFailure, MxRecord, RecordOf, RecordType, TlsaRecord } from "./resolver.ts";

export type Interpretation<T> =
  | { readonly kind: "found"; readonly records: readonly T[]; readonly canonicalName: string }
  | { readonly kind: "no-data" | "no-such-domain" }
  /** The response ends in an alias: the same question is to be asked of `target`. */
  | { readonly kind: "alias"; readonly target: string }
  | { readonly kind: "failure"; readonly reason: DnsFailure };

const maxAliases = 16;
/** RFC 8914 §4: every code that says "the signatures do not hold". */
const bogusErrors: readonly number[] = [5, 6, 7, 8, 9, 10, 11, 12];

const readers: { readonly [K in RecordType]: (data: unknown) => RecordOf[K] | undefined } = {
  MX: readMx,
  A: (data) => (typeof data === "string" && isIPv4(data) ? data : undefined),
  AAAA: (data) => (typeof data === "string" && isIPv6(data) ? data : undefined),
  TLSA: readTlsa,
  TXT: readTxt,
  CNAME: (data) => (typeof data === "string" ? canonical(data) : undefined),
};

export function interpret<K extends RecordType>(
  response: DnsResponse,
  question: DnsQuestion & { readonly type: K },
): Interpretation<RecordOf[K]> {
  const reason = refusal(response);
  if (reason !== undefined) return { kind: "failure", reason };
  const asked = canonical(question.name);
  // Who asks for the alias itself wants its first link (RFC 1034 §3.6.2).
  const owner = question.type === "CNAME" ? asked : followAliases(response.answers, asked);
  if (owner === undefined) return { kind: "failure", reason: "alias-loop" };
  if (response.rcode === 3) return { kind: "no-such-domain" };
  return recordsOf(response, question, owner);
}

/** Lower-case, without a dot at the end; the root is empty. */
export function canonical(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function refusal(response: DnsResponse): DnsFailure | undefined {
  if (response.rcode === 5) return "refused";
  if (response.rcode !== 0 && response.rcode !== 3) {
    return response.extendedErrors.some((code) => bogusErrors.includes(code))
      ? "bogus"
      : "server-failure";
  }
  // Without recursion an empty answer is a referral, not "there is none".
  return response.recursionAvailable || response.answers.length > 0 ? undefined : "not-recursive";
}

function recordsOf<K extends RecordType>(
  response: DnsResponse,
  question: DnsQuestion & { readonly type: K },
  owner: string,
): Interpretation<RecordOf[K]> {
  const own = response.answers.filter(
    (record) => record.type === question.type && isOwn(record, owner),
  );
  if (own.length > 0) {
    const read = readers[question.type];
    const records = own.map((record) => ("data" in record ? read(record.data) : undefined));
    const known = records.filter((record) => record !== undefined);
    // Half an RRset is none: a missing MX could be the one that counts.
    return known.length === records.length
      ? { kind: "found", records: known, canonicalName: owner }
      : { kind: "failure", reason: "malformed" };
  }
  const aliased = owner !== canonical(question.name);
  return aliased && !response.hasAuthority ? { kind: "alias", target: owner } : { kind: "no-data" };
}

function followAliases(answers: readonly Answer[], name: string): string | undefined {
  let owner = name;
  for (let step = 0; step <= maxAliases; step += 1) {
    const alias = answers.find((record) => record.type === "CNAME" && isOwn(record, owner));
    if (alias?.type !== "CNAME") return owner;
    owner = canonical(alias.data);
  }
  return undefined;
}

function isOwn(record: Answer, owner: string): boolean {
  return "class" in record && record.class === "IN" && canonical(record.name) === owner;
}

function readMx(data: unknown): MxRecord | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  if (!("exchange" in data) || typeof data.exchange !== "string") return undefined;
  const preference = "preference" in data ? data.preference : 0;
  if (typeof preference !== "number") return undefined;
  return { preference, exchange: canonical(data.exchange) };
}

function readTlsa(data: unknown): TlsaRecord | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { usage, selector, matchingType, certificate } = data as Record<string, unknown>;
  if (typeof usage !== "number" || typeof selector !== "number") return undefined;
  if (typeof matchingType !== "number" || !Buffer.isBuffer(certificate)) return undefined;
  return { usage, selector, matchingType, data: certificate };
}

function readTxt(data: unknown): string | undefined {
  const strings: readonly unknown[] = Array.isArray(data) ? data : [data];
  if (!strings.every((one) => Buffer.isBuffer(one))) return undefined;
  return Buffer.concat(strings).toString("latin1");
}
