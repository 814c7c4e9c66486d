/** Every kind of TLSA record (RFC 6698 §2.1, RFC 7671 §5), alone and beside others. */
import {
  authority,
  directly,
  endEntity,
  mismatch,
  privatelyUnsent,
  signed,
} from "./dane-domain.ts";
import {
  certificate,
  expired,
  outdated,
  privately,
  selfSigned,
  withRoot,
  wrongName,
} from "./shown-certificate.ts";
import { tlsa, wrongTlsa } from "./tlsa-rdata.ts";
import { type Expectation, type ZooDomain } from "./zoo-domain.ts";

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
