/** The recipient domains of the lab: what their DNS says and how their mail servers behave. */
import { type Authority, type Identity, selfSigned } from "./authority.ts";
import type { Zone, ZoneState } from "./name-server.ts";
import type { Manner } from "./smtp-dialogue.ts";

const dayMs = 86_400_000;

export const certificateKinds = [
  "valid",
  "valid-for-domain",
  "self-signed",
  "expired",
  "wrong-name",
  "missing-intermediate",
  "short-key",
] as const;
export type CertificateKind = (typeof certificateKinds)[number];

export interface RecipientDomain {
  readonly name: string;
  /** For people: what is special about it. */
  readonly about: string;
  readonly zone?: ZoneState;
  /** `null-mx`: takes no mail (RFC 7505). `absent`: no such domain. */
  readonly mail?: "server" | "null-mx" | "absent";
  readonly certificate?: CertificateKind;
  readonly manner?: Partial<Manner>;
}

export const recipientDomains: readonly RecipientDomain[] = [
  { name: "valid.test", about: "genuine certificate" },
  { name: "other.test", about: "genuine certificate" },
  { name: "signed.test", about: "genuine certificate, signed DNS", zone: "signed" },
  { name: "own-name.test", about: "certificate names the domain", certificate: "valid-for-domain" },
  { name: "self-signed.test", about: "self-signed certificate", certificate: "self-signed" },
  { name: "expired.test", about: "expired certificate", certificate: "expired" },
  { name: "wrong-name.test", about: "certificate for another name", certificate: "wrong-name" },
  { name: "plain.test", about: "no STARTTLS", manner: { startTls: false } },
  { name: "old-tls.test", about: "TLS 1.0 only", manner: { newestTls: "TLSv1" } },
  {
    name: "no-chain.test",
    about: "intermediate certificate missing",
    certificate: "missing-intermediate",
  },
  { name: "short-key.test", about: "1024-bit RSA key", certificate: "short-key" },
  {
    name: "login.test",
    about: "offers AUTH to anybody",
    certificate: "self-signed",
    manner: { login: true },
  },
  { name: "allowed.test", about: "no STARTTLS, allowed by rule", manner: { startTls: false } },
  { name: "rejected.test", about: "no STARTTLS, rejected by rule", manner: { startTls: false } },
  { name: "busy.test", about: "answers 421", manner: { greeting: "busy" } },
  { name: "silent.test", about: "never says a word", manner: { greeting: "silent" } },
  { name: "bogus.test", about: "DNSSEC is broken", zone: "bogus" },
  { name: "no-mail.test", about: "null MX", mail: "null-mx" },
  { name: "gone.test", about: "no such domain", mail: "absent" },
];

/** `address`: where its mail server is. */
export function zoneOf(domain: RecipientDomain, address: string): Zone | undefined {
  if (domain.mail === "absent") return undefined;
  const apex = `${domain.name}.`;
  const host = `${hostOf(domain)}.`;
  const records =
    domain.mail === "null-mx"
      ? [`${apex} MX 0 .`]
      : [`${apex} MX 10 ${host}`, `${host} A ${address}`];
  return { name: domain.name, state: domain.zone ?? "unsigned", records };
}

export function hostOf(domain: RecipientDomain): string {
  return `mx.${domain.name}`;
}

export function mannerOf(domain: RecipientDomain): Manner {
  return { startTls: true, ...domain.manner };
}

export function identityFor(
  domain: RecipientDomain,
  kind: CertificateKind,
  authority: Authority,
): Identity {
  const host = hostOf(domain);
  const now = Date.now();
  switch (kind) {
    case "valid":
      return authority.leaf({ names: [host] });
    case "valid-for-domain":
      return authority.leaf({ names: [domain.name, host] });
    case "self-signed":
      return selfSigned([host]);
    case "expired":
      return authority.leaf({ names: [host], notBefore: now - 90 * dayMs, notAfter: now - dayMs });
    case "wrong-name":
      return authority.leaf({ names: ["mail.somebody-else.test"] });
    case "missing-intermediate":
      return authority.leaf({ names: [host], withIntermediate: false });
    case "short-key":
      return authority.leaf({ names: [host], rsaBits: 1024 });
  }
}
