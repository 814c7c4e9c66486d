/** The ways in which servers of the zoo present a certificate. */
import {
  type CertificateWish,
  type Identity,
  issueCertificate,
} from "../../support/certificates.ts";
import type { Workshop } from "./workshop.ts";
import type { Names, Show, Shown } from "./zoo-domain.ts";

const dayMs = 86_400_000;

export type Wish = (workshop: Workshop, names: Names) => CertificateWish;

/** What differs from a genuine certificate: for the host's name, signed by the intermediate. */
export function certificate(wish: Wish = () => ({})): Show {
  return (workshop, names) => {
    const genuine = { names: [names.host], commonName: "zoo", issuer: workshop.intermediate };
    const leaf = issueCertificate({ ...genuine, ...wish(workshop, names) });
    return { leaf, chain: leaf.chainPem };
  };
}

export const genuine: Show = certificate();

export const selfSigned: Show = (_, { host }) => {
  const leaf = issueCertificate({ names: [host], commonName: "zoo" });
  return { leaf, chain: leaf.pem };
};

export const expired: Show = certificate(() => outdated());

/** Over since yesterday. */
export function outdated(): CertificateWish {
  const now = Date.now();
  return { notBefore: new Date(now - 90 * dayMs), notAfter: new Date(now - dayMs) };
}

export const wrongName: Show = certificate(() => ({ names: ["mail.somebody-else.zoo"] }));

/** By the authority that nobody trusts without being told to, which is sent along. */
export const privately: Show = withRoot(
  certificate((workshop) => ({ issuer: workshop.privateIntermediate })),
);

/** Sends the private root as well. */
export function withRoot(show: Show): Show {
  return (workshop, names) => {
    const shown = show(workshop, names);
    return { ...shown, chain: shown.chain + workshop.privateRoot.pem };
  };
}

/** The same certificate with another list around it. */
export function sending(
  show: Show,
  list: (shown: Shown, workshop: Workshop) => readonly (Identity | string)[],
): Show {
  return (workshop, names) => {
    const shown = show(workshop, names);
    const parts = list(shown, workshop).map((one) => (typeof one === "string" ? one : one.pem));
    return { ...shown, chain: parts.join("") };
  };
}
