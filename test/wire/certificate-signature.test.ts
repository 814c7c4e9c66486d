import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { certificateSignatureScheme } from "../../src/wire/certificate-signature.ts";
import { ecKey, ed25519Key, issueCertificate, rsaKey } from "../support/certificates.ts";
import { bitString, der, integer, nothing, oid, sequence } from "../support/der.ts";
import { mutate, seededRandom } from "../support/random.ts";

const raw = (pem: string): Buffer => new X509Certificate(pem).raw;
/** As far as the reader looks: something, the algorithm, something. */
const certificate = (algorithm: Buffer): Buffer =>
  sequence(sequence(integer(Buffer.from([1]))), algorithm, bitString(Buffer.alloc(1)));
const rsaSsaPss = "1.2.840.113549.1.1.10";
const sha256 = "2.16.840.1.101.3.4.2.1";
const sha512 = "2.16.840.1.101.3.4.2.3";
const pss = (...fields: readonly Buffer[]): Buffer =>
  certificate(sequence(oid(rsaSsaPss), sequence(...fields)));
const hashField = (id: string): Buffer => der(0xa0, sequence(oid(id), nothing));
const saltField = der(0xa2, integer(Buffer.from([32])));

describe("the signature of a certificate", () => {
  const rsa = rsaKey(2048);
  for (const [scheme, bytes] of [
    ["rsa_pkcs1_sha256", raw(issueCertificate({ key: rsa }).pem)],
    ["rsa_pkcs1_sha1", raw(issueCertificate({ key: rsa, hash: "sha1" }).pem)],
    ["ecdsa_secp256r1_sha256", raw(issueCertificate({ key: ecKey() }).pem)],
    ["ecdsa_sha1", raw(issueCertificate({ key: ecKey(), hash: "sha1" }).pem)],
    ["ed25519", raw(issueCertificate({ key: ed25519Key() }).pem)],
    ["rsa_pss_pss_sha256", pss(hashField(sha256), saltField)],
    ["rsa_pss_pss_sha512", pss(hashField(sha512))],
    ["rsa_pss_pss_sha1", pss()],
    ["rsa_pss_pss_sha1", pss(saltField)],
    ["rsa_pss_pss_sha1", certificate(sequence(oid(rsaSsaPss)))],
    ["rsa_pss_pss_1.2.3", pss(hashField("1.2.3"))],
    ["rsa_pss_pss_unknown", pss(der(0xa0))],
    ["1.2.3.4567", certificate(sequence(oid("1.2.3.4567")))],
    ["2.16.840.1", certificate(sequence(oid("2.16.840.1")))],
    ["unknown", certificate(sequence())],
    ["unknown", sequence()],
    ["unknown", Buffer.alloc(0)],
    ["unknown", Buffer.from("30840000", "hex")],
    ["unknown", Buffer.from("3080", "hex")],
  ] as const) {
    it(`is ${scheme} in ${bytes.toString("base64").slice(0, 40) || "nothing"}`, () => {
      assert.equal(certificateSignatureScheme(bytes), scheme);
    });
  }

  it("is some word whatever the bytes are", () => {
    const random = seededRandom(5280);
    const samples = [pss(hashField(sha256), saltField), raw(issueCertificate({ key: rsa }).pem)];
    for (let count = 0; count < 50_000; count += 1) {
      const scheme = certificateSignatureScheme(mutate(random.pick(samples), random));
      assert.ok(scheme.length > 0 && scheme.length < 300, scheme);
    }
  });
});
