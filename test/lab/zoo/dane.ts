/** Every case of DANE for SMTP (RFC 7672, RFC 7671, RFC 6698). */
import {
  certificate,
  expired,
  genuine,
  outdated,
  privately,
  selfSigned,
  withRoot,
  wrongName,
} from "./shown-certificate.ts";
import { tlsa, wrongTlsa } from "./tlsa-rdata.ts";
import type { Workshop } from "./workshop.ts";
import type { Expectation, Show, Shown, ZooDomain, ZooHost } from "./zoo-domain.ts";

const dane: Expectation = { status: "proven", assurance: "dane", finding: "dane-matched" };
const mismatch: Expectation = {
  status: "failed",
  finding: "dane-mismatch",
  forbiddenBy: "dane",
};

type Records = NonNullable<ZooHost["tlsa"]>;

function signed(
  label: string,
  about: string,
  host: ZooHost,
  expect: Expectation = dane,
): ZooDomain {
  return { name: `${label}.signed.zoo`, about, hosts: [host], expect };
}

const endEntity =
  (fields: string): Records =>
  ({ leaf }) => [tlsa(fields, leaf)];
const authority =
  (fields: string): Records =>
  (_: Shown, workshop: Workshop) => [tlsa(fields, workshop.privateRoot)];

/** The private root itself is not sent. */
const privatelyUnsent: Show = certificate((workshop) => ({ issuer: workshop.privateIntermediate }));
/** Below the private root without anything between. */
const directly: Show = certificate((workshop) => ({ issuer: workshop.privateRoot }));

export const daneEndEntity: readonly ZooDomain[] = [
  ...["3 1 1", "3 0 1", "3 1 2", "3 0 2", "3 0 0", "3 1 0"].map((fields) =>
    signed(`dane-${fields.replaceAll(" ", "")}`, `DANE-EE, TLSA ${fields}`, {
      show: selfSigned,
      tlsa: endEntity(fields),
    }),
  ),
  signed("dane-ee-expired", "matching EE record, certificate expired", {
    show: expired,
    tlsa: endEntity("3 1 1"),
  }),
  signed("dane-ee-wrong-name", "matching EE record, certificate for another name", {
    show: wrongName,
    tlsa: endEntity("3 1 1"),
  }),
  signed("dane-ee-genuine", "matching EE record and a genuine certificate", {
    tlsa: endEntity("3 1 1"),
  }),
  signed("dane-several", "several records, one of which matches", {
    tlsa: ({ leaf }) => [wrongTlsa("3 1 1"), tlsa("3 1 1", leaf), wrongTlsa("3 0 1")],
  }),
  signed("dane-many", "30 records, one of which matches", {
    tlsa: ({ leaf }) => [
      ...Array.from({ length: 29 }, (_, index) => `3 1 1 ${(index + 16).toString(16).repeat(32)}`),
      tlsa("3 1 1", leaf),
    ],
  }),
  signed(
    "dane-mismatch",
    "record of another key, genuine certificate",
    { tlsa: () => [wrongTlsa("3 1 1")] },
    mismatch,
  ),
  signed(
    "dane-agility",
    "the SHA-512 record is wrong, the SHA-256 record right",
    { tlsa: ({ leaf }) => [wrongTlsa("3 1 2"), tlsa("3 1 1", leaf)] },
    mismatch,
  ),
  signed("dane-agility-selectors", "strong and wrong for the one selector, right for the other", {
    tlsa: ({ leaf }) => [wrongTlsa("3 0 2"), tlsa("3 1 1", leaf)],
  }),
  signed(
    "dane-selector",
    "digest of the key under the selector of the certificate",
    { tlsa: ({ leaf }) => [tlsa("3 1 1", leaf).replace("3 1 1", "3 0 1")] },
    mismatch,
  ),
];

export const daneAuthority: readonly ZooDomain[] = [
  ...["2 0 1", "2 1 1", "2 0 2", "2 1 2"].map((fields) =>
    signed(`dane-${fields.replaceAll(" ", "")}`, `DANE-TA, TLSA ${fields}, root sent`, {
      show: privately,
      tlsa: authority(fields),
    }),
  ),
  signed("dane-200", "DANE-TA, TLSA 2 0 0, root not sent", {
    show: privatelyUnsent,
    tlsa: authority("2 0 0"),
  }),
  signed("dane-210", "DANE-TA, TLSA 2 1 0, root not sent", {
    show: privatelyUnsent,
    tlsa: authority("2 1 0"),
  }),
  signed("dane-ta-intermediate", "DANE-TA, record of the intermediate", {
    show: privatelyUnsent,
    tlsa: (_, workshop) => [tlsa("2 0 1", workshop.privateIntermediate)],
  }),
  signed("dane-ta-public", "DANE-TA, record of a public authority's intermediate", {
    tlsa: (_, workshop) => [tlsa("2 1 1", workshop.intermediate)],
  }),
  signed("dane-ta-next-hop", "DANE-TA, certificate for the recipient domain only", {
    show: withRoot(
      certificate((workshop, { domain }) => ({
        issuer: workshop.privateIntermediate,
        names: [domain],
      })),
    ),
    tlsa: authority("2 0 1"),
  }),
  signed(
    "dane-ta-wrong-name",
    "DANE-TA, certificate for another name",
    {
      show: withRoot(
        certificate((workshop) => ({
          issuer: workshop.privateIntermediate,
          names: ["mail.somebody-else.zoo"],
        })),
      ),
      tlsa: authority("2 0 1"),
    },
    { ...mismatch, finding: "dane-name-mismatch" },
  ),
  signed(
    "dane-ta-expired",
    "DANE-TA, certificate expired",
    {
      show: withRoot(
        certificate((workshop) => ({ issuer: workshop.privateIntermediate, ...outdated() })),
      ),
      tlsa: authority("2 0 1"),
    },
    { ...mismatch, finding: "certificate-expired" },
  ),
  signed(
    "dane-ta-unsent",
    "DANE-TA, root not sent",
    { show: privatelyUnsent, tlsa: authority("2 0 1") },
    mismatch,
  ),
  signed(
    "dane-ta-other",
    "DANE-TA, record of another authority",
    { show: privately, tlsa: (_, workshop) => [tlsa("2 0 1", workshop.otherPrivateRoot)] },
    mismatch,
  ),
  signed(
    "dane-ta-other-key",
    "DANE-TA, record of another authority's key",
    { show: privately, tlsa: (_, workshop) => [tlsa("2 1 1", workshop.otherPrivateRoot)] },
    mismatch,
  ),
  signed("dane-ta-deep", "DANE-TA, ten intermediates, as many as Postfix takes", {
    show: certificate((workshop) => ({ issuer: workshop.deepIntermediate(10) })),
    tlsa: (_, workshop) => [tlsa("2 0 0", workshop.root)],
  }),
  signed(
    "dane-ta-deeper",
    "DANE-TA, eleven intermediates",
    {
      show: certificate((workshop) => ({ issuer: workshop.deepIntermediate(11) })),
      tlsa: (_, workshop) => [tlsa("2 0 0", workshop.root)],
    },
    { status: "failed", finding: "dane-ta-untrusted", forbiddenBy: "dane" },
  ),
  signed("dane-ta-direct", "DANE-TA, root signs the server's certificate itself", {
    show: withRoot(directly),
    tlsa: authority("2 0 1"),
  }),
];

const unusable: Expectation = {
  status: "proven",
  assurance: "dnssec-mx",
  finding: "tlsa-unusable",
};

export const daneUnusable: readonly ZooDomain[] = [
  signed(
    "dane-pkix-ta",
    "usage 0 only, genuine certificate",
    { tlsa: (_, workshop) => [tlsa("0 0 1", workshop.intermediate)] },
    unusable,
  ),
  signed(
    "dane-pkix-ee",
    "usage 1 only, genuine certificate",
    { tlsa: endEntity("1 1 1") },
    unusable,
  ),
  signed(
    "dane-short-digest",
    "digest of 20 bytes where 32 belong",
    { tlsa: () => [`3 1 1 ${"5a".repeat(20)}`] },
    unusable,
  ),
  signed(
    "dane-private",
    "usage, selector and matching type 255",
    { tlsa: () => [`255 255 255 ${"5a".repeat(32)}`] },
    unusable,
  ),
  signed(
    "dane-unusable-self-signed",
    "usage 1 only, self-signed certificate",
    { show: selfSigned, tlsa: endEntity("1 1 1") },
    { status: "failed", finding: "certificate-self-signed" },
  ),
  signed("dane-one-usable", "a record of usage 1 beside one that matches", {
    show: selfSigned,
    tlsa: ({ leaf }) => [wrongTlsa("1 1 1"), `3 1 1 ${"5a".repeat(20)}`, tlsa("3 1 1", leaf)],
  }),
];

function signedWith(
  label: string,
  about: string,
  more: Omit<ZooDomain, "name" | "about" | "expect"> & Partial<Pick<ZooDomain, "expect">>,
): ZooDomain {
  return { name: `${label}.signed.zoo`, about, expect: dane, ...more };
}

const matching = endEntity("3 1 1");

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
