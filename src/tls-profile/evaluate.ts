/**
 * Judges what a handshake showed by a profile. Pure: facts in, shortfalls out. Identity (trust,
 * names, dates of certificates) is not judged here; a strong connection to a stranger passes.
 */
import type { CertificateFacts } from "./certificate-facts.ts";
import type { HandshakeFacts } from "./handshake-facts.ts";
import { judgeCertificate } from "./judge-certificate.ts";
import { judgeConnection } from "./judge-connection.ts";
import type { Shortfall } from "./shortfall.ts";
import type { TlsProfile } from "./tls-profile.ts";

/**
 * `path`: the certificates that were relied on, leaf first; empty: judge the connection only.
 * `nowMs` decides which entries of the profile still hold.
 */
export function evaluate(
  profile: TlsProfile,
  handshake: HandshakeFacts,
  path: readonly CertificateFacts[],
  nowMs: number,
): readonly Shortfall[] {
  return [
    ...judgeConnection(profile, handshake, nowMs),
    ...path.flatMap((certificate) => judgeCertificate(profile, certificate, nowMs)),
  ];
}
