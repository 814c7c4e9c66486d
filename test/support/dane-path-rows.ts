/** A record of an authority: the path to it, and the names below it (RFC 7672 §3.1.2, §3.2). */
import { clientAuth } from "./certificates.ts";
import {
  future,
  lapsedRoot,
  lapsedSub,
  leafFor,
  noAuthority,
  ordinary,
  past,
  type Row,
  root,
  sub,
  tlsaFor,
} from "./dane-server.ts";

const subRecord = [tlsaFor(sub, 2, 0, 1)];

export const pathRows: readonly Row[] = [
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

export const nameRows: readonly Row[] = [
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
