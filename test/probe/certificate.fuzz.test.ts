/**
 * Whatever certificate a stranger presents, as long as the TLS library takes it: it is judged and
 * reported, and never the end of the probing thread.
 */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { certificateReport } from "../../src/probe/certificate.ts";
import { chooseDelivery } from "../../src/probe/delivery-choice.ts";
import { createDeliveryTls } from "../../src/probe/delivery-tls.ts";
import { judge } from "../../src/probe/judgement.ts";
import { bcp195 } from "../../src/tls-profile/bcp195.ts";
import { ecKey, issueCertificate, rsaKey } from "../support/certificates.ts";
import { domainOf } from "../support/probe-lab.ts";
import { mutate, type Random, seededRandom } from "../support/random.ts";

const authority = issueCertificate({ commonName: "root", isAuthority: true });
const samples = [
  issueCertificate({ names: ["mx.corp.test", "*.corp.test"], issuer: authority }),
  issueCertificate({ commonName: "mx.corp.test", issuer: authority, key: rsaKey(1024) }),
  issueCertificate({ names: ["mx.corp.test"], key: ecKey("P-384"), hash: "sha1" }),
  authority,
].map(({ pem }) => new X509Certificate(pem).raw);
const anchor = new X509Certificate(authority.pem);
const trust = { path: "ca.pem", pem: authority.pem, anchors: [anchor] };
const tls = createDeliveryTls(bcp195, trust);
const target = { host: "mx.corp.test", address: "192.0.2.1", serverName: "mx.corp.test" };
const measure = { tls, nowMs: Date.now() };
const reference = {
  domain: domainOf("corp.test"),
  mxAuthentic: false,
  sts: undefined,
  isStsUncertain: false,
  isListEnforced: false,
  leastAssurance: "mx-name",
} as const;
const facts = {
  protocol: "TLSv1.3",
  cipher: { iana: "TLS_AES_256_GCM_SHA384", openssl: "TLS_AES_256_GCM_SHA384" },
  keyExchange: { name: "X25519", bits: 253 },
};

function parse(bytes: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}

/** One byte changed keeps most certificates readable; the general mutations seldom do. */
function disturb(bytes: Buffer, random: Random): Buffer {
  if (random.below(8) === 0) return mutate(bytes, random);
  const copy = Buffer.from(bytes);
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    copy[random.below(copy.length)] = random.below(256);
  }
  return copy;
}

describe("a certificate of any kind", () => {
  it("is judged, whether OpenSSL trusts it or not", () => {
    const random = seededRandom(195);
    let readable = 0;
    for (let count = 0; count < 30_000; count += 1) {
      const leaf = parse(disturb(random.pick(samples), random));
      if (leaf === undefined) continue;
      readable += 1;
      const trustError = random.below(2) === 0 ? undefined : "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
      const handshake = { facts, presented: [leaf, anchor], trustError };
      const judgement = judge(target, { kind: "secured", handshake, open: undefined }, measure);
      const {
        identified: [identified],
      } = chooseDelivery([judgement], reference, () => 10);
      assert.ok(identified);
      assert.equal(typeof JSON.stringify(certificateReport(leaf)), "string");
    }
    assert.ok(readable > 3000, `only ${readable} could be read`);
  });
});
