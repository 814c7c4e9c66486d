/**
 * From what an address showed to what it is worth, names aside: strength by the profile, trust by
 * OpenSSL's word, dates by our own clock as well. `identity.ts` then asks for whom the certificate
 * speaks.
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
import { type CertificationPath, findPath } from "./certification-path.ts";
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
}

/** Of an address whose dialog ended early, by the finding that ended it. */
const standingOf: Readonly<Record<Severity, Judgement["standing"]>> = {
  fail: "failed",
  unknown: "unknown",
  warn: "out-of-reach",
  info: "out-of-reach",
};

export function judge(
  target: Target,
  observation: Observation,
  tls: DeliveryTls,
  nowMs: number,
): Judgement {
  const blank = { target, handshake: undefined, trustedLeaf: undefined, notAfter: 0 };
  if (observation.kind === "stopped") {
    const { finding: only } = observation;
    return { ...blank, standing: standingOf[only.severity], findings: [only] };
  }
  if (observation.kind === "refused") {
    const findings = explainRefusal(target, observation, tls, nowMs);
    return { ...blank, standing: "failed", findings, handshake: observation.open };
  }
  return judgeSecured(target, observation.handshake, tls, nowMs);
}

function judgeSecured(
  target: Target,
  handshake: Handshake,
  tls: DeliveryTls,
  nowMs: number,
): Judgement {
  const path = findPath(handshake.presented, tls.trust.anchors);
  const findings = judgeHandshake(target, handshake, path, { tls, nowMs });
  const isTrusted = handshake.trustError === undefined;
  return {
    target,
    standing: findings.some(isFailure) ? "failed" : "sound",
    findings,
    handshake,
    trustedLeaf: isTrusted ? handshake.presented[0] : undefined,
    notAfter: Math.min(...path.certificates.map((one) => one.validToDate.getTime())),
  };
}

/** Postfix's offer was refused: what the open offer showed tells why, where it can. */
function explainRefusal(
  target: Target,
  { reason, open }: Extract<Observation, { kind: "refused" }>,
  tls: DeliveryTls,
  nowMs: number,
): readonly Finding[] {
  const plain = finding("tls-handshake-failed", [reason], target);
  if (open === undefined) return [plain];
  const path = findPath(open.presented, tls.trust.anchors);
  const findings = judgeHandshake(target, open, path, { tls, nowMs });
  const rules: readonly string[] = tlsRules;
  const explained = findings.some((one) => isFailure(one) && rules.includes(one.code));
  return explained ? findings : [plain, ...findings];
}

interface Measure {
  readonly tls: DeliveryTls;
  readonly nowMs: number;
}

function judgeHandshake(
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
  const findings = [
    ...evaluate(tls.profile, handshake.facts, facts, nowMs).map((one) =>
      shortfallFinding(one, target),
    ),
    ...path.certificates.flatMap((certificate) => judgeDates(target, certificate, nowMs)),
  ];
  return [...findings, ...judgeTrust(target, handshake, path, findings)];
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
