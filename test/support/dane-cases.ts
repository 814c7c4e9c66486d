/**
 * Mail servers with TLSA records, one per condition of RFC 7671 §5 and RFC 7672 §3, and what is to
 * be said of each. Used twice: for our own check, and to ask Postfix the same.
 */
import { X509Certificate } from "node:crypto";
import type { Tlsa } from "../../src/dane/tlsa.ts";
import { associationData } from "../../src/dane/tlsa-match.ts";
import {
  type CertificateWish,
  clientAuth,
  type Identity,
  issueCertificate,
} from "./certificates.ts";

export interface DaneCase {
  readonly title: string;
  readonly domain: string;
  /** The only MX host of `domain`, and the TLSA base domain. */
  readonly host: string;
  /** As sent, the server's own first. */
  readonly presented: readonly Identity[];
  readonly records: readonly Tlsa[];
  /** The usage that matches, or the code of the first finding. */
  readonly expected: string;
  /** How often the handshake is to be repeated. */
  readonly handshakes: number;
  /** Why Postfix, asked the same, says the opposite. */
  readonly postfixDiffers: string | undefined;
}

interface Setup {
  readonly presented: readonly Identity[];
  readonly records: readonly Tlsa[];
  readonly host?: string;
}

interface Place {
  readonly domain: string;
  readonly host: string;
}

const day = 24 * 3600 * 1000;
const past = { notBefore: new Date(Date.now() - 90 * day), notAfter: new Date(Date.now() - day) };
const future = { notBefore: new Date(Date.now() + day) };

export const daneZone = "dane.test";

const root = issueCertificate({ commonName: "DANE Root", isAuthority: true });
const sub = issueCertificate({ commonName: "DANE Sub", isAuthority: true, issuer: root });
const stranger = issueCertificate({ commonName: "Stranger", isAuthority: true });
const lapsedRoot = issueCertificate({ commonName: "Lapsed Root", isAuthority: true, ...past });
const lapsedSub = issueCertificate({
  commonName: "Lapsed",
  isAuthority: true,
  issuer: root,
  ...past,
});
/** The same authority twice, of which one certificate has lapsed. */
const lapsedTwin = issueCertificate({
  commonName: "DANE Sub",
  isAuthority: true,
  issuer: root,
  key: sub.key,
  ...past,
});
const noAuthority = issueCertificate({
  commonName: "No CA",
  issuer: root,
  withoutKeyUsage: true,
});

export function readIdentity({ pem }: Identity): X509Certificate {
  return new X509Certificate(pem);
}

export function tlsaFor(
  identity: Identity,
  usage: number,
  selector: number,
  matchingType: number,
): Tlsa {
  const data = associationData(readIdentity(identity), selector, matchingType);
  if (data === undefined) throw new Error("the certificate has no key");
  return { usage, selector, matchingType, data };
}

function leafFor({ host }: Place, wish: CertificateWish = {}): Identity {
  return issueCertificate({ names: [host], issuer: sub, ...wish });
}

/** A server below `sub` that sends its whole chain but the root. */
function ordinary(place: Place, records: readonly Tlsa[], wish: CertificateWish = {}): Setup {
  return { presented: [leafFor(place, wish), sub], records };
}

const oddLeaf = { names: ["elsewhere.test"], ...past } as const;

type Row = readonly [
  title: string,
  expected: string,
  handshakes: number,
  setUp: (place: Place) => Setup,
  postfixDiffers?: string,
];

function ofOwn(usage: number, selector: number, matchingType: number): () => Setup {
  return () => {
    const leaf = issueCertificate({ ...oddLeaf });
    const records = [tlsaFor(leaf, usage, selector, matchingType)];
    return { presented: [leaf], records };
  };
}

function ofSub(selector: number, matchingType: number): (place: Place) => Setup {
  return (place) => ordinary(place, [tlsaFor(sub, 2, selector, matchingType)]);
}

const forms = [0, 1].flatMap((selector) => [0, 1, 2].map((type) => [selector, type] as const));

const endEntityRows: readonly Row[] = [
  ...forms.map(
    ([selector, type]): Row => [
      `3 ${selector} ${type}: self-signed, expired, another name`,
      "ee",
      0,
      ofOwn(3, selector, type),
    ],
  ),
  [
    "3 1 1 of another key",
    "dane-mismatch",
    0,
    (place) => ordinary(place, [tlsaFor(stranger, 3, 1, 1)]),
  ],
  [
    "3 1 1 of another key beside the right one",
    "ee",
    0,
    (place) => {
      const leaf = leafFor(place);
      return { presented: [leaf], records: [tlsaFor(stranger, 3, 1, 1), tlsaFor(leaf, 3, 1, 1)] };
    },
  ],
  [
    "3 1 1 right, 3 1 2 of another key",
    "dane-mismatch",
    0,
    (place) => {
      const leaf = leafFor(place);
      return { presented: [leaf], records: [tlsaFor(leaf, 3, 1, 1), tlsaFor(stranger, 3, 1, 2)] };
    },
  ],
  [
    "3 1 1 right, 3 0 2 of another certificate",
    "ee",
    0,
    (place) => {
      const leaf = leafFor(place);
      return { presented: [leaf], records: [tlsaFor(leaf, 3, 1, 1), tlsaFor(stranger, 3, 0, 2)] };
    },
  ],
  [
    "3 1 1 of the authority instead of the server",
    "dane-mismatch",
    0,
    (place) => ordinary(place, [tlsaFor(sub, 3, 1, 1)]),
  ],
  [
    "3 1 1 right although 2 0 1 has no valid path",
    "ee",
    0,
    () => {
      const leaf = issueCertificate({ ...oddLeaf, issuer: sub });
      return { presented: [leaf, sub], records: [tlsaFor(sub, 2, 0, 1), tlsaFor(leaf, 3, 1, 1)] };
    },
  ],
];

const authorityRows: readonly Row[] = [
  ...forms.map(
    ([selector, type]): Row => [
      `2 ${selector} ${type} of the presented intermediate`,
      "ta",
      1,
      ofSub(selector, type),
    ],
  ),
  [
    "2 0 1 of the presented root",
    "ta",
    1,
    (place) => ({ presented: [leafFor(place), sub, root], records: [tlsaFor(root, 2, 0, 1)] }),
  ],
  [
    "2 0 1 of the presented root, chain out of order",
    "ta",
    1,
    (place) => ({ presented: [leafFor(place), root, sub], records: [tlsaFor(root, 2, 0, 1)] }),
  ],
  [
    "2 1 1 of a root that is not presented",
    "dane-mismatch",
    0,
    (place) => ordinary(place, [tlsaFor(root, 2, 1, 1)]),
  ],
  [
    "2 0 0 of a root that is not presented",
    "ta",
    1,
    (place) => ordinary(place, [tlsaFor(root, 2, 0, 0)]),
  ],
  [
    "2 1 0 of a root that is not presented",
    "ta",
    1,
    (place) => ordinary(place, [tlsaFor(root, 2, 1, 0)]),
  ],
  [
    "2 1 0 of the authority when the server sends nothing but its own certificate",
    "ta",
    1,
    (place) => ({ presented: [leafFor(place)], records: [tlsaFor(sub, 2, 1, 0)] }),
  ],
  [
    "2 1 0 of a key that signed nothing here",
    "dane-mismatch",
    0,
    (place) => ordinary(place, [tlsaFor(stranger, 2, 1, 0)]),
  ],
  [
    "2 1 1 of the server's own self-signed certificate",
    "dane-mismatch",
    0,
    (place) => {
      const leaf = issueCertificate({ names: [place.host] });
      return { presented: [leaf], records: [tlsaFor(leaf, 2, 1, 1)] };
    },
  ],
  [
    "2 0 0 of the server's own self-signed certificate",
    "dane-mismatch",
    0,
    (place) => {
      const leaf = issueCertificate({ names: [place.host] });
      return { presented: [leaf], records: [tlsaFor(leaf, 2, 0, 0)] };
    },
  ],
  [
    "2 0 1 of a presented authority that issued nothing here",
    "dane-mismatch",
    0,
    (place) => ({
      presented: [leafFor(place), sub, stranger],
      records: [tlsaFor(stranger, 2, 0, 1)],
    }),
  ],
  [
    "2 1 1 where the same authority is presented lapsed and valid",
    "ta",
    1,
    (place) => ({ presented: [leafFor(place), lapsedTwin, sub], records: [tlsaFor(sub, 2, 1, 1)] }),
  ],
  [
    "2 0 1 of another authority beside the right one",
    "ta",
    1,
    (place) => ordinary(place, [tlsaFor(stranger, 2, 0, 1), tlsaFor(sub, 2, 0, 1)]),
  ],
  [
    "2 0 1 right, 2 0 2 of another certificate",
    "dane-mismatch",
    0,
    (place) => ordinary(place, [tlsaFor(sub, 2, 0, 1), tlsaFor(stranger, 2, 0, 2)]),
  ],
  [
    "2 0 1 right although 3 1 1 is of another key",
    "ta",
    1,
    (place) => ordinary(place, [tlsaFor(stranger, 3, 1, 1), tlsaFor(sub, 2, 0, 1)]),
  ],
];

const subRecord = [tlsaFor(sub, 2, 0, 1)];

const pathRows: readonly Row[] = [
  [
    "2 0 1, the server's certificate expired",
    "certificate-expired",
    0,
    (place) => ordinary(place, subRecord, past),
  ],
  [
    "2 0 1, the server's certificate not yet valid",
    "certificate-not-yet-valid",
    0,
    (place) => ordinary(place, subRecord, future),
  ],
  [
    "2 0 1 of an authority that expired",
    "certificate-expired",
    0,
    (place) => ({
      presented: [leafFor(place, { issuer: lapsedSub }), lapsedSub],
      records: [tlsaFor(lapsedSub, 2, 0, 1)],
    }),
    "OpenSSL's DANE passes over the dates of an authority that is not self-signed",
  ],
  [
    "2 0 1 of a root that expired",
    "certificate-expired",
    0,
    (place) => ({
      presented: [leafFor(place, { issuer: lapsedRoot }), lapsedRoot],
      records: [tlsaFor(lapsedRoot, 2, 0, 1)],
    }),
  ],
  [
    "2 1 0 of a root, an intermediate expired",
    "certificate-expired",
    0,
    (place) => ({
      presented: [leafFor(place, { issuer: lapsedSub }), lapsedSub],
      records: [tlsaFor(root, 2, 1, 0)],
    }),
  ],
  [
    "2 0 1, the server's certificate is for clients only",
    "dane-ta-untrusted",
    1,
    (place) => ordinary(place, subRecord, { purpose: clientAuth }),
  ],
  [
    "2 0 1 of a certificate that may not sign others",
    "dane-ta-untrusted",
    1,
    (place) => ({
      presented: [leafFor(place, { issuer: noAuthority }), noAuthority],
      records: [tlsaFor(noAuthority, 2, 0, 1)],
    }),
  ],
  [
    "2 0 0 of a root, over a certificate that may not sign others",
    "dane-ta-untrusted",
    1,
    (place) => ({
      presented: [leafFor(place, { issuer: noAuthority }), noAuthority],
      records: [tlsaFor(root, 2, 0, 0)],
    }),
  ],
];

const nameRows: readonly Row[] = [
  [
    "2 0 1, another name",
    "dane-name-mismatch",
    0,
    (place) => ordinary(place, subRecord, { names: ["elsewhere.test"] }),
  ],
  [
    "2 1 0, another name",
    "dane-name-mismatch",
    0,
    (place) => ordinary(place, [tlsaFor(root, 2, 1, 0)], { names: ["elsewhere.test"] }),
  ],
  [
    "2 0 1, the name of the recipient domain",
    "ta",
    1,
    (place) => ordinary(place, subRecord, { names: [place.domain] }),
  ],
  [
    "2 0 1, the name in another case",
    "ta",
    1,
    (place) => ordinary(place, subRecord, { names: [place.host.toUpperCase()] }),
  ],
  [
    "2 0 1, a wildcard for one label",
    "ta",
    1,
    (place) => ordinary(place, subRecord, { names: [`*.${place.domain}`] }),
  ],
  [
    "2 0 1, a wildcard that would have to cover two labels",
    "dane-name-mismatch",
    0,
    (place) => ({
      ...ordinary(place, subRecord, { names: [`*.${place.domain}`] }),
      host: `a.b.${place.domain}`,
    }),
  ],
  [
    "2 0 1, a wildcard within a label",
    "dane-name-mismatch",
    0,
    (place) => ordinary(place, subRecord, { names: [`m*.${place.domain}`] }),
  ],
  [
    "2 0 1, the name only as common name",
    "ta",
    1,
    (place) => ordinary(place, subRecord, { commonName: place.host, names: [] }),
  ],
  [
    "2 0 1, the common name right and another DNS name",
    "dane-name-mismatch",
    0,
    (place) => ordinary(place, subRecord, { commonName: place.host, names: ["elsewhere.test"] }),
  ],
];

export const daneCases: readonly DaneCase[] = [
  ...endEntityRows,
  ...authorityRows,
  ...pathRows,
  ...nameRows,
].map(([title, expected, handshakes, setUp, postfixDiffers], index) => {
  const domain = `case${index + 1}.${daneZone}`;
  const host = `mx.${domain}`;
  return { title, expected, handshakes, domain, host, ...setUp({ domain, host }), postfixDiffers };
});
