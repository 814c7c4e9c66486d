/** Where TLSA records stand: zones, aliases, several servers (RFC 7672 §2.2, §3). */
import { dane, matching, signedWith } from "./dane-domain.ts";
import { certificate, genuine, privately, selfSigned } from "./shown-certificate.ts";
import { tlsa, wrongTlsa } from "./tlsa-rdata.ts";
import { type Show, type ZooDomain } from "./zoo-domain.ts";

export const daneZones: readonly ZooDomain[] = [
  {
    name: "dane-plain.plain.zoo",
    about: "matching record in an unsigned zone, genuine certificate",
    hosts: [{ tlsa: matching }],
    expect: { status: "proven" },
  },
  {
    name: "dane-plain-self-signed.plain.zoo",
    about: "matching record in an unsigned zone, self-signed certificate",
    hosts: [{ show: selfSigned, tlsa: matching }],
    expect: { status: "failed", finding: "certificate-self-signed" },
  },
  ...(["altered", "expired"] as const).map((how) =>
    signedWith(`dane-signature-${how}`, `signature of the TLSA record ${how}`, {
      hosts: [{ tlsa: matching }],
      spoilt: [{ owner: `_25._tcp.mx.dane-signature-${how}.signed.zoo`, type: "TLSA", how }],
      expect: { status: "unknown", finding: "tlsa-lookup-failed" },
    }),
  ),
  {
    name: "dane-plain-mx.plain.zoo",
    about: "unsigned MX record, server and matching record in a signed zone",
    hosts: [{ name: "mx.dane-plain-mx.signed.zoo", tlsa: matching }],
    expect: { status: "proven", finding: "dane-mx-insecure" },
  },
  {
    name: "dane-plain-mx-self-signed.plain.zoo",
    about: "unsigned MX record, matching record in a signed zone, self-signed certificate",
    hosts: [{ name: "mx.dane-plain-mx-self-signed.signed.zoo", show: selfSigned, tlsa: matching }],
    expect: { status: "failed", finding: "certificate-self-signed", mail: "sealed" },
  },
  signedWith("dane-plain-host", "signed MX record, server and matching record unsigned", {
    hosts: [{ name: "mx.dane-plain-host.plain.zoo", tlsa: matching }],
    expect: { status: "proven", assurance: "dnssec-mx" },
  }),
  signedWith("dane-implicit", "no MX record, matching record at the domain itself", {
    hosts: [{ name: "dane-implicit.signed.zoo", show: selfSigned, tlsa: matching }],
    mailRecords: () => [],
  }),
  signedWith("dane-alias", "the domain itself is an alias", {
    hosts: [{ name: "mx.behind-dane-alias.signed.zoo", show: selfSigned, tlsa: matching }],
    mailRecords: () => [
      "dane-alias.signed.zoo. CNAME behind-dane-alias.signed.zoo.",
      "behind-dane-alias.signed.zoo. MX 10 mx.behind-dane-alias.signed.zoo.",
    ],
  }),
  signedWith("dane-no-starttls", "matching record, STARTTLS not offered", {
    hosts: [{ tlsa: matching, manner: { startTls: false } }],
    expect: { status: "failed", finding: "starttls-not-offered", forbiddenBy: "dane" },
  }),
  signedWith("dane-busy", "matching record, the server answers 421", {
    hosts: [{ tlsa: matching, manner: { greeting: "busy" } }],
    expect: { status: "unknown", finding: "try-again-later" },
  }),
  signedWith("dane-sni", "the matching certificate only for those who name the server", {
    hosts: [
      {
        show: certificate((workshop) => ({ key: workshop.rsa(3072) })),
        showFor: (name) => (name === "mx.dane-sni.signed.zoo" ? sniOnly : undefined),
        tlsa: (_, workshop) => [tlsa("2 1 1", workshop.privateRoot)],
      },
    ],
  }),
];

const sniOnly: Show = privately;

/** Where the MX host is an alias: `real.LABEL.ZONE` has the address. */
function alias(label: string, zone: string): NonNullable<ZooDomain["mailRecords"]> {
  return ([address]) => [
    `${label}.signed.zoo. MX 10 mx.${label}.signed.zoo.`,
    `mx.${label}.signed.zoo. CNAME real.${label}.${zone}.`,
    `real.${label}.${zone}. A ${address}`,
  ];
}

export const daneAliases: readonly ZooDomain[] = [
  signedWith("dane-alias-target", "MX host is an alias, record at what stands behind it", {
    hosts: [
      {
        isAlias: true,
        show: selfSigned,
        tlsa: matching,
        tlsaOwner: "_25._tcp.real.dane-alias-target.signed.zoo",
      },
    ],
    mailRecords: alias("dane-alias-target", "signed.zoo"),
  }),
  signedWith("dane-alias-own", "MX host is an alias, record at the alias", {
    hosts: [{ isAlias: true, show: selfSigned, tlsa: matching }],
    mailRecords: alias("dane-alias-own", "signed.zoo"),
  }),
  signedWith("dane-alias-plain", "MX host is an alias into an unsigned zone, record at the alias", {
    hosts: [{ isAlias: true, show: selfSigned, tlsa: matching }],
    mailRecords: alias("dane-alias-plain", "plain.zoo"),
  }),
  signedWith("dane-record-alias", "the record is an alias of a signed one", {
    hosts: [{ show: selfSigned, tlsa: matching, tlsaOwner: "_dane.dane-record-alias.signed.zoo" }],
    records: [
      "_25._tcp.mx.dane-record-alias.signed.zoo. CNAME _dane.dane-record-alias.signed.zoo.",
    ],
  }),
  signedWith("dane-record-alias-plain", "the record is an alias of an unsigned one", {
    hosts: [{ tlsa: matching, tlsaOwner: "_dane.dane-record-alias-plain.plain.zoo" }],
    records: [
      "_25._tcp.mx.dane-record-alias-plain.signed.zoo. CNAME _dane.dane-record-alias-plain.plain.zoo.",
    ],
    expect: { status: "proven", assurance: "dnssec-mx", finding: "tlsa-insecure" },
  }),
];

export const daneMixtures: readonly ZooDomain[] = [
  signedWith("dane-and-none", "the first server with DANE, the second without", {
    hosts: [
      { name: "a.dane-and-none.signed.zoo", show: selfSigned, tlsa: matching },
      { name: "b.dane-and-none.signed.zoo", preference: 20 },
    ],
  }),
  signedWith("none-and-dane", "the first server without DANE, the second with", {
    hosts: [
      { name: "a.none-and-dane.signed.zoo" },
      { name: "b.none-and-dane.signed.zoo", preference: 20, show: selfSigned, tlsa: matching },
    ],
    expect: { status: "proven", assurance: "dnssec-mx" },
  }),
  signedWith("dane-good-and-bad", "two servers, the record of the second does not match", {
    hosts: [
      { name: "a.dane-good-and-bad.signed.zoo", show: selfSigned, tlsa: matching },
      {
        name: "b.dane-good-and-bad.signed.zoo",
        preference: 20,
        tlsa: () => [wrongTlsa("3 1 1")],
      },
    ],
  }),
  signedWith("dane-bad-and-none", "the record of the first does not match, the second has none", {
    hosts: [
      { name: "a.dane-bad-and-none.signed.zoo", tlsa: () => [wrongTlsa("3 1 1")] },
      { name: "b.dane-bad-and-none.signed.zoo", preference: 20 },
    ],
    expect: { status: "proven", assurance: "dnssec-mx", finding: "dane-mismatch" },
  }),
  signedWith("dane-weak", "matching record, no forward secrecy", {
    hosts: [
      {
        show: certificate((workshop) => ({ key: workshop.rsa(3072) })),
        tlsa: matching,
        tls: { ciphers: "AES128-GCM-SHA256:@SECLEVEL=0", maxVersion: "TLSv1.2" },
      },
    ],
    expect: { status: "failed", finding: "no-forward-secrecy" },
    bcp195: dane,
  }),
  signedWith("dane-short-key", "matching record of an RSA key of 1024 bits", {
    hosts: [{ show: certificate((workshop) => ({ key: workshop.rsa(1024) })), tlsa: matching }],
    expect: { status: "failed", finding: "key-too-small" },
  }),
  signedWith("dane-plain-genuine", "genuine certificate and matching authority of the public", {
    hosts: [{ show: genuine, tlsa: matching }],
  }),
];
