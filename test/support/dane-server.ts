/** Servers with certificates and TLSA records, to be put together into cases (`dane-cases.ts`). */

import { X509Certificate } from "node:crypto";
import type { Tlsa } from "../../src/dane/tlsa.ts";
import { associationData } from "../../src/dane/tlsa-match.ts";
import { type CertificateWish, type Identity, issueCertificate } from "./certificates.ts";

export interface Setup {
  readonly presented: readonly Identity[];
  readonly records: readonly Tlsa[];
  readonly host?: string;
}

export interface Place {
  readonly domain: string;
  readonly host: string;
}

const day = 24 * 3600 * 1000;
export const past: Pick<CertificateWish, "notBefore" | "notAfter"> = {
  notBefore: new Date(Date.now() - 90 * day),
  notAfter: new Date(Date.now() - day),
};
export const future: Pick<CertificateWish, "notBefore"> = { notBefore: new Date(Date.now() + day) };

export const root: Identity = issueCertificate({ commonName: "DANE Root", isAuthority: true });
export const sub: Identity = issueCertificate({
  commonName: "DANE Sub",
  isAuthority: true,
  issuer: root,
});
export const stranger: Identity = issueCertificate({ commonName: "Stranger", isAuthority: true });
export const lapsedRoot: Identity = issueCertificate({
  commonName: "Lapsed Root",
  isAuthority: true,
  ...past,
});
export const lapsedSub: Identity = issueCertificate({
  commonName: "Lapsed",
  isAuthority: true,
  issuer: root,
  ...past,
});
/** The same authority twice, of which one certificate has lapsed. */
export const lapsedTwin: Identity = issueCertificate({
  commonName: "DANE Sub",
  isAuthority: true,
  issuer: root,
  key: sub.key,
  ...past,
});
export const noAuthority: Identity = issueCertificate({
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

export function leafFor({ host }: Place, wish: CertificateWish = {}): Identity {
  return issueCertificate({ names: [host], issuer: sub, ...wish });
}

/** A server below `sub` that sends its whole chain but the root. */
export function ordinary(
  place: Place,
  records: readonly Tlsa[],
  wish: CertificateWish = {},
): Setup {
  return { presented: [leafFor(place, wish), sub], records };
}

export const oddLeaf: Pick<CertificateWish, "names" | "notBefore" | "notAfter"> = {
  names: ["elsewhere.test"],
  ...past,
} as const;

export type Row = readonly [
  title: string,
  expected: string,
  handshakes: number,
  setUp: (place: Place) => Setup,
  postfixDiffers?: string,
];

export function ofOwn(usage: number, selector: number, matchingType: number): () => Setup {
  return () => {
    const leaf = issueCertificate({ ...oddLeaf });
    const records = [tlsaFor(leaf, usage, selector, matchingType)];
    return { presented: [leaf], records };
  };
}

export function ofSub(selector: number, matchingType: number): (place: Place) => Setup {
  return (place) => ordinary(place, [tlsaFor(sub, 2, selector, matchingType)]);
}

export const forms: readonly (readonly [selector: number, matchingType: number])[] = [0, 1].flatMap(
  (selector) => [0, 1, 2].map((type) => [selector, type] as const),
);
