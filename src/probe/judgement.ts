/**
 * From what an address showed to what it is worth, names aside: strength by the profile, trust by
 * OpenSSL's word, dates by our own clock as well. `identity.ts` then asks for whom the certificate
 * speaks. Under DANE the TLSA records take the place of trust, dates and names (`dane-check.ts`);
 * the strength is judged all the same.
 */
import type { X509Certificate } from "node:crypto";
import type { Finding, Severity } from "../base/verdict.ts";
import { evaluate } from "../tls-profile/evaluate.ts";
import { tlsRules } from "../tls-profile/tls-profile.ts";
import {
  certificateFacts,
  certificateLabel,
  isSelfSigned,
  issuerLabel,
  spokenDate,
} from "./certificate.ts";
import { type CertificationPath, chainTooLong, findPath, isTooLong } from "./certification-path.ts";
import type { DaneCheck } from "./dane-check.ts";
import type { DeliveryTls } from "./delivery-tls.ts";
import { finding, shortfallFinding } from "./finding.ts";
import type { Handshake } from "./handshake.ts";
import type { Observation, Target } from "./observation.ts";

export interface Judgement {
  readonly target: Target;
  /**
   * `sound`: strong, trusted and in date, so that only the name is left to judge.
   * `out-of-reach`: this machine has no way there, and so has Postfix: it does not count.
   */
  readonly standing: "sound" | "failed" | "unknown" | "out-of-reach";
  readonly findings: readonly Finding[];
  readonly handshake: Handshake | undefined;
  /** The server's own certificate, when Postfix would trust it under the policy we emit. */
  readonly trustedLeaf: X509Certificate | undefined;
  /** When the first certificate of the path ends, epoch milliseconds. */
  readonly notAfter: number;
  /** What the server's usable TLSA records say; undefined: there are none that count. */
  readonly dane: DaneState | undefined;
  /** What a client with an open offer was given, where that was looked at. */
  readonly open: Handshake | undefined;
}

/** `unseen`: the dialog ended before TLS. `refused`: our TLS offer was. */
export type DaneState = DaneCheck["kind"] | "unseen" | "refused";

export interface Measure {
  readonly tls: DeliveryTls;
  readonly nowMs: number;
}

/** Of an address whose dialog ended early, by the finding that ended it. */
const standingOf: Readonly<Record<Severity, Judgement["standing"]>> = {
  fail: "failed",
  unknown: "unknown",
  warn: "out-of-reach",
  info: "out-of-reach",
};

/** `dane`: for a server with usable TLSA records that count; `unseen` unless it was secured. */
export function judge(
  target: Target,
  observation: Observation,
  measure: Measure,
  dane?: DaneCheck | "unseen",
): Judgement {
  const blank = { target, trustedLeaf: undefined, notAfter: 0 };
  if (observation.kind === "stopped") {
    const { finding: only } = observation;
    const seen = { handshake: undefined, dane: dane && ("unseen" as const), open: undefined };
    return { ...blank, ...seen, standing: standingOf[only.severity], findings: [only] };
  }
  const { open } = observation;
  if (observation.kind === "refused") {
    const findings = explainRefusal(target, observation, measure);
    const seen = { handshake: open, dane: dane && ("refused" as const), open };
    return { ...blank, ...seen, standing: "failed", findings };
  }
  const { handshake } = observation;
  return dane === undefined || dane === "unseen"
    ? { ...judgeByTrust(target, handshake, measure), dane, open }
    : { ...judgeByDane(target, handshake, measure, dane), dane: dane.kind, open };
}

type Judged = Omit<Judgement, "dane" | "open">;

function judgeByTrust(target: Target, handshake: Handshake, measure: Measure): Judged {
  const path = findPath(handshake.presented, measure.tls.trust.anchors);
  const findings = judgeHandshake(target, handshake, path, measure);
  return {
    target,
    standing: findings.some(isFailure) ? "failed" : "sound",
    findings,
    handshake,
    trustedLeaf: trustedLeafOf(handshake),
    notAfter: firstEnd(path),
  };
}

/** RFC 7672 §3.1: the dates and the chain of a DANE-EE certificate do not count. */
function judgeByDane(
  target: Target,
  handshake: Handshake,
  measure: Measure,
  dane: DaneCheck,
): Judged {
  const path = danePath(handshake, dane);
  const strength = judgeStrength(target, handshake, path, measure);
  const findings = [...dane.findings, ...strength];
  const isStrong = !strength.some(isFailure);
  const standing = { matched: isStrong, mismatch: false, unknown: undefined }[dane.kind];
  const isAuthority = dane.kind === "matched" && dane.usage === "ta";
  return {
    target,
    standing: standing === undefined ? "unknown" : standing ? "sound" : "failed",
    findings,
    handshake,
    trustedLeaf: trustedLeafOf(handshake),
    notAfter: isAuthority ? firstEnd(path) : Infinity,
  };
}

/**
 * The certificates that the match rests on: up to the named authority, or the server's own, whose
 * key alone counts (RFC 7671 §5.1): nobody relies on who signed it.
 */
function danePath({ presented }: Handshake, dane: DaneCheck): CertificationPath {
  if (dane.kind === "matched" && dane.anchor !== undefined) {
    return findPath(presented, [dane.anchor]);
  }
  return { certificates: presented.slice(0, 1), isAnchored: true };
}

function trustedLeafOf({ trustError, presented }: Handshake): X509Certificate | undefined {
  return trustError === undefined ? presented[0] : undefined;
}

function firstEnd({ certificates }: CertificationPath): number {
  return Math.min(...certificates.map((one) => one.validToDate.getTime()));
}

/** Postfix's offer was refused: what the open offer showed tells why, where it can. */
function explainRefusal(
  target: Target,
  { reason, open }: Extract<Observation, { kind: "refused" }>,
  measure: Measure,
): readonly Finding[] {
  const plain = finding("tls-handshake-failed", [reason], target);
  if (open === undefined) return [plain];
  const path = findPath(open.presented, measure.tls.trust.anchors);
  const findings = judgeHandshake(target, open, path, measure);
  const rules: readonly string[] = tlsRules;
  if (findings.some((one) => isFailure(one) && rules.includes(one.code))) return findings;
  // Listed, and yet left out of the offer: see the profile.
  const { cipher, protocol } = open.facts;
  const isOld = protocol === "TLSv1.2" && /_CBC_|^TLS_DHE_/.test(cipher.iana);
  return [isOld ? finding("cipher-not-enforceable", [cipher.iana], target) : plain, ...findings];
}

function judgeHandshake(
  target: Target,
  handshake: Handshake,
  path: CertificationPath,
  measure: Measure,
): readonly Finding[] {
  const strength = judgeStrength(target, handshake, path, measure);
  if (path.certificates.length === 0) return strength;
  const dates = path.certificates.flatMap((one) => judgeDates(target, one, measure.nowMs));
  const findings = [...strength, ...dates];
  return [...findings, ...judgeTrust(target, handshake, path, findings)];
}

function judgeStrength(
  target: Target,
  handshake: Handshake,
  path: CertificationPath,
  { tls, nowMs }: Measure,
): readonly Finding[] {
  if (path.certificates.length === 0) return [finding("certificate-missing", [], target)];
  const last = path.certificates.length - 1;
  const facts = path.certificates.map((certificate, index) =>
    certificateFacts(certificate, path.isAnchored && index === last),
  );
  const shortfalls = evaluate(tls.profile, handshake.facts, facts, nowMs);
  return shortfalls.map((one) => shortfallFinding(one, target));
}

function judgeDates(
  target: Target,
  certificate: X509Certificate,
  nowMs: number,
): readonly Finding[] {
  const label = certificateLabel(certificate);
  const { validFromDate, validToDate } = certificate;
  // Written so that a date that cannot be read fails.
  if (!(nowMs <= validToDate.getTime())) {
    return [finding("certificate-expired", [label, spokenDate(validToDate)], target)];
  }
  if (nowMs >= validFromDate.getTime()) return [];
  return [finding("certificate-not-yet-valid", [label, spokenDate(validFromDate)], target)];
}

/** Codes of OpenSSL that our own findings word better, where there are such findings. */
const wordedElsewhere: readonly string[] = [
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "UNSPECIFIED", // Node's name for codes it does not know, such as "key too small"
];

function judgeTrust(
  target: Target,
  { trustError }: Handshake,
  path: CertificationPath,
  soFar: readonly Finding[],
): readonly Finding[] {
  const top = path.certificates.at(-1);
  if (top === undefined) return [];
  if (!path.isAnchored) return [explainUnanchored(target, path, top)];
  if (isTooLong(path.certificates)) {
    return [finding("certificate-untrusted", [certificateLabel(top), chainTooLong], target)];
  }
  if (trustError === undefined) return [];
  if (wordedElsewhere.includes(trustError) && soFar.some(isFailure)) return [];
  return [finding("certificate-untrusted", [certificateLabel(top), words(trustError)], target)];
}

function explainUnanchored(target: Target, path: CertificationPath, top: X509Certificate): Finding {
  const label = certificateLabel(top);
  if (!isSelfSigned(top)) {
    return finding("certificate-chain-incomplete", [label, issuerLabel(top)], target);
  }
  return path.certificates.length === 1
    ? finding("certificate-self-signed", [label], target)
    : finding("certificate-untrusted", [label, "not among the trusted authorities"], target);
}

function isFailure(one: Finding): boolean {
  return one.severity === "fail";
}

function words(code: string): string {
  return code.toLowerCase().replaceAll("_", " ");
}
