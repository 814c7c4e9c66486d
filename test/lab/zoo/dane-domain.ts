/** Domains with TLSA records in a signed zone, and what their records are of. */
import { certificate } from "./shown-certificate.ts";
import { tlsa } from "./tlsa-rdata.ts";
import type { Workshop } from "./workshop.ts";
import {
  type Expectation,
  type Show,
  type Shown,
  type ZooDomain,
  type ZooHost,
} from "./zoo-domain.ts";

export const dane: Expectation = { status: "proven", assurance: "dane", finding: "dane-matched" };
export const mismatch: Expectation = {
  status: "failed",
  finding: "dane-mismatch",
  forbiddenBy: "dane",
};

type Records = NonNullable<ZooHost["tlsa"]>;

export function signed(
  label: string,
  about: string,
  host: ZooHost,
  expect: Expectation = dane,
): ZooDomain {
  return { name: `${label}.signed.zoo`, about, hosts: [host], expect };
}

export const endEntity =
  (fields: string): Records =>
  ({ leaf }) => [tlsa(fields, leaf)];
export const authority =
  (fields: string): Records =>
  (_: Shown, workshop: Workshop) => [tlsa(fields, workshop.privateRoot)];

/** The private root itself is not sent. */
export const privatelyUnsent: Show = certificate((workshop) => ({
  issuer: workshop.privateIntermediate,
}));
/** Below the private root without anything between. */
export const directly: Show = certificate((workshop) => ({ issuer: workshop.privateRoot }));

export function signedWith(
  label: string,
  about: string,
  more: Omit<ZooDomain, "name" | "about" | "expect"> & Partial<Pick<ZooDomain, "expect">>,
): ZooDomain {
  return { name: `${label}.signed.zoo`, about, expect: dane, ...more };
}

export const matching: Records = endEntity("3 1 1");
