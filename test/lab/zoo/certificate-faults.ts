/** Certificates and chains, faulty and not (RFC 5280, RFC 9325 §4.5, TR-02102-2 §3.6). */
import { clientAuth, ecKey, ed25519Key } from "../../support/certificates.ts";
import {
  certificate,
  expired,
  genuine,
  outdated,
  selfSigned,
  sending,
} from "./shown-certificate.ts";
import type { Show, ZooDomain } from "./zoo-domain.ts";

const dayMs = 86_400_000;

function shows(show: Show): Pick<ZooDomain, "hosts"> {
  return { hosts: [{ show }] };
}

const unknownAuthority = certificate((workshop) => ({ issuer: workshop.privateIntermediate }));

/** Of intermediates, so that the whole list has this many with the server's own. */
const longestList = 100;

export const certificateFaults: readonly ZooDomain[] = [
  { name: "good.plain.zoo", about: "genuine certificate", expect: { status: "proven" } },
  {
    name: "expired.plain.zoo",
    about: "certificate over since yesterday",
    ...shows(expired),
    expect: { status: "failed", finding: "certificate-expired" },
  },
  {
    name: "not-yet-valid.plain.zoo",
    about: "certificate valid from tomorrow",
    ...shows(certificate(() => ({ notBefore: new Date(Date.now() + dayMs) }))),
    expect: { status: "failed", finding: "certificate-not-yet-valid" },
  },
  {
    name: "self-signed.plain.zoo",
    about: "self-signed certificate",
    ...shows(selfSigned),
    expect: { status: "failed", finding: "certificate-self-signed" },
  },
  {
    name: "unknown-authority.plain.zoo",
    about: "untrusted authority, sent along",
    ...shows(sending(unknownAuthority, ({ chain }, workshop) => [chain, workshop.privateRoot])),
    expect: { status: "failed", finding: "certificate-untrusted" },
  },
  {
    name: "unknown-authority-unsent.plain.zoo",
    about: "untrusted authority, not sent",
    ...shows(unknownAuthority),
    expect: { status: "failed", finding: "certificate-chain-incomplete" },
  },
  {
    name: "no-intermediate.plain.zoo",
    about: "intermediate certificate missing",
    ...shows(sending(genuine, ({ leaf }) => [leaf])),
    expect: { status: "failed", finding: "certificate-chain-incomplete" },
  },
  {
    name: "client-only.plain.zoo",
    about: "certificate for clients only",
    ...shows(certificate(() => ({ purpose: clientAuth }))),
    expect: { status: "failed", finding: "certificate-untrusted" },
  },
  {
    name: "rsa-1024.plain.zoo",
    about: "RSA key of 1024 bits",
    ...shows(certificate((workshop) => ({ key: workshop.rsa(1024) }))),
    expect: { status: "failed", finding: "key-too-small" },
  },
  {
    name: "rsa-2048.plain.zoo",
    about: "RSA key of 2048 bits",
    ...shows(certificate((workshop) => ({ key: workshop.rsa(2048) }))),
    expect: { status: "proven", finding: "key-below-recommendation" },
    bcp195: { finding: undefined },
    strict: { status: "failed", finding: "key-too-small" },
  },
  {
    name: "rsa-3072.plain.zoo",
    about: "RSA key of 3072 bits",
    ...shows(certificate((workshop) => ({ key: workshop.rsa(3072) }))),
    expect: { status: "proven" },
  },
  {
    name: "p-384.plain.zoo",
    about: "key on P-384",
    ...shows(certificate(() => ({ key: ecKey("P-384") }))),
    expect: { status: "proven" },
  },
  {
    name: "p-521.plain.zoo",
    about: "key on P-521",
    ...shows(certificate(() => ({ key: ecKey("P-521") }))),
    expect: { status: "proven" },
  },
  {
    name: "ed25519.plain.zoo",
    about: "Ed25519 key",
    ...shows(certificate(() => ({ key: ed25519Key() }))),
    expect: { status: "proven", finding: "key-type-not-listed" },
    bcp195: { finding: undefined },
    strict: { status: "failed", finding: "key-type-not-listed" },
  },
  {
    name: "sha1.plain.zoo",
    about: "certificate signed with SHA-1",
    ...shows(certificate(() => ({ hash: "sha1" }))),
    expect: { status: "failed", finding: "signature-weak" },
  },
  {
    name: "sha1-intermediate.plain.zoo",
    about: "intermediate signed with SHA-1",
    ...shows(certificate((workshop) => ({ issuer: workshop.sha1Intermediate }))),
    expect: { status: "failed", finding: "signature-weak" },
  },
  {
    name: "weak-authority.plain.zoo",
    about: "intermediate with an RSA key of 1024 bits",
    ...shows(certificate((workshop) => ({ issuer: workshop.rsaIntermediate(1024) }))),
    expect: { status: "failed", finding: "key-too-small" },
  },
  {
    name: "rsa-authority.plain.zoo",
    about: "intermediate with an RSA key of 3072 bits, signs with PKCS#1 v1.5",
    ...shows(certificate((workshop) => ({ issuer: workshop.rsaIntermediate(3072) }))),
    expect: { status: "proven", finding: "signature-not-listed" },
    bcp195: { finding: undefined },
    strict: { status: "failed", finding: "signature-not-listed" },
  },
  {
    name: "old-and-new-intermediate.plain.zoo",
    about: "the intermediate twice, first as it was before it was renewed",
    ...shows(
      sending(genuine, ({ leaf }, workshop) => [
        leaf,
        workshop.expiredIntermediate,
        workshop.intermediate,
      ]),
    ),
    expect: { status: "proven" },
  },
  {
    name: "expired-intermediate.plain.zoo",
    about: "only the intermediate as it was before it was renewed",
    ...shows(sending(genuine, ({ leaf }, workshop) => [leaf, workshop.expiredIntermediate])),
    expect: { status: "failed", finding: "certificate-expired" },
  },
  {
    name: "twice.plain.zoo",
    about: "every certificate twice",
    ...shows(
      sending(genuine, ({ leaf }, { intermediate }) => [leaf, leaf, intermediate, intermediate]),
    ),
    expect: { status: "proven" },
  },
  {
    name: "disordered.plain.zoo",
    about: "root, stranger, then the intermediate",
    ...shows(
      sending(genuine, ({ leaf }, workshop) => [
        leaf,
        workshop.root,
        workshop.otherPrivateRoot,
        workshop.intermediate,
      ]),
    ),
    expect: { status: "proven" },
  },
  {
    name: "superfluous.plain.zoo",
    about: "98 certificates of strangers behind the genuine chain",
    ...shows(
      sending(genuine, ({ leaf }, { intermediate, otherPrivateRoot }) => [
        leaf,
        intermediate,
        ...Array.from({ length: longestList - 2 }, () => otherPrivateRoot),
      ]),
    ),
    expect: { status: "proven" },
  },
  {
    name: "deep.plain.zoo",
    about: "ten intermediates one above the other, as many as Postfix takes",
    ...shows(certificate((workshop) => ({ issuer: workshop.deepIntermediate(10) }))),
    expect: { status: "proven" },
  },
  {
    name: "deeper.plain.zoo",
    about: "eleven intermediates one above the other",
    ...shows(certificate((workshop) => ({ issuer: workshop.deepIntermediate(11) }))),
    expect: { status: "failed", finding: "certificate-untrusted" },
  },
  {
    name: "deepest.plain.zoo",
    about: "100 certificates, each signed by the next",
    ...shows(certificate((workshop) => ({ issuer: workshop.deepIntermediate(longestList - 1) }))),
    expect: { status: "failed", finding: "certificate-untrusted" },
  },
  {
    name: "deep-and-expired.plain.zoo",
    about: "expired certificate below eight intermediates",
    ...shows(certificate((workshop) => ({ ...outdated(), issuer: workshop.deepIntermediate(8) }))),
    expect: { status: "failed", finding: "certificate-expired" },
  },
];
