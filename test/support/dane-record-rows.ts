/** One record and what matches it: usages, selectors and matching types (RFC 7671 §5). */
import { issueCertificate } from "./certificates.ts";
import {
  forms,
  lapsedTwin,
  leafFor,
  oddLeaf,
  ofOwn,
  ofSub,
  ordinary,
  type Row,
  root,
  stranger,
  sub,
  tlsaFor,
} from "./dane-server.ts";

export const endEntityRows: readonly Row[] = [
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

export const authorityRows: readonly Row[] = [
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
