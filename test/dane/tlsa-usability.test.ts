/** Which TLSA records can be used for mail, row by row of RFC 7672 §3.1 and RFC 6698 §2.1. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { publicKeyInfo } from "../../src/dane/public-key-info.ts";
import type { Tlsa } from "../../src/dane/tlsa.ts";
import { findTlsaFault, type TlsaFault } from "../../src/dane/tlsa-usability.ts";
import { issueCertificate } from "../support/certificates.ts";

const { pem } = issueCertificate({ names: ["mx.test"] });
const certificate = new X509Certificate(pem).raw;
const key = publicKeyInfo(certificate) ?? Buffer.alloc(0);

function record(usage: number, selector: number, matchingType: number, data: Buffer): Tlsa {
  return { usage, selector, matchingType, data };
}

describe("a TLSA record", () => {
  for (const usage of [2, 3]) {
    for (const selector of [0, 1]) {
      it(`${usage} ${selector} with a digest of the right length or in full can be used`, () => {
        const whole = selector === 0 ? certificate : key;
        assert.equal(findTlsaFault(record(usage, selector, 1, Buffer.alloc(32))), undefined);
        assert.equal(findTlsaFault(record(usage, selector, 2, Buffer.alloc(64))), undefined);
        assert.equal(findTlsaFault(record(usage, selector, 0, whole)), undefined);
      });
    }
  }

  const digest = Buffer.alloc(32, 7);
  const faulty: readonly (readonly [string, Tlsa, TlsaFault])[] = [
    ["of usage 0 (PKIX-TA)", record(0, 1, 1, digest), "usage"],
    ["of usage 1 (PKIX-EE)", record(1, 1, 1, digest), "usage"],
    ["of usage 4", record(4, 1, 1, digest), "usage"],
    ["of the private usage 255", record(255, 1, 1, digest), "usage"],
    ["with selector 2", record(3, 2, 1, digest), "selector"],
    ["with the private selector 255", record(3, 255, 1, digest), "selector"],
    ["with matching type 3", record(3, 1, 3, digest), "matchingType"],
    ["with the private matching type 255", record(3, 1, 255, digest), "matchingType"],
    ["without data", record(3, 1, 1, Buffer.alloc(0)), "empty"],
    ["in full without data", record(3, 1, 0, Buffer.alloc(0)), "empty"],
    ["with a SHA-256 digest one byte short", record(3, 1, 1, digest.subarray(1)), "digestLength"],
    ["with a SHA-256 digest one byte long", record(3, 1, 1, Buffer.alloc(33)), "digestLength"],
    ["with a SHA-512 digest of 32 bytes", record(3, 1, 2, digest), "digestLength"],
    ["with noise for a certificate", record(3, 0, 0, digest), "certificate"],
    ["with a key for a certificate", record(2, 0, 0, key), "certificate"],
    ["with a certificate for a key", record(2, 1, 0, certificate), "publicKey"],
    ["with PEM for a certificate", record(2, 0, 0, Buffer.from(pem)), "certificate"],
    [
      "with a byte behind the certificate",
      record(2, 0, 0, Buffer.concat([certificate, Buffer.alloc(1)])),
      "certificate",
    ],
    [
      "with a byte behind the key",
      record(3, 1, 0, Buffer.concat([key, Buffer.alloc(1)])),
      "publicKey",
    ],
    ["with half a certificate", record(3, 0, 0, certificate.subarray(0, 200)), "certificate"],
    ["with PEM hidden in other DER", record(2, 0, 0, wrapped(pem)), "certificate"],
  ];
  for (const [title, tlsa, fault] of faulty) {
    it(`${title} cannot be used`, () => assert.equal(findTlsaFault(tlsa), fault));
  }
});

/** A SEQUENCE of one OCTET STRING. */
function wrapped(text: string): Buffer {
  const content = Buffer.from(`\n${text}`);
  const head = (tag: number, length: number): Buffer =>
    Buffer.from([tag, 0x82, length >> 8, length & 0xff]);
  return Buffer.concat([head(0x30, content.length + 4), head(0x04, content.length), content]);
}
