/** Which certificates a TLSA record matches: usages, selectors, matching types. */
import assert from "node:assert/strict";
import { createHash, createPublicKey, X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { publicKeyInfo } from "../../src/dane/public-key-info.ts";
import type { Tlsa } from "../../src/dane/tlsa.ts";
import {
  associationData,
  findSigningKey,
  findTrustAnchors,
  matchEndEntity,
} from "../../src/dane/tlsa-match.ts";
import { formatTlsa, suggestTlsa } from "../../src/dane/tlsa-text.ts";
import {
  ecKey,
  ed25519Key,
  type Identity,
  issueCertificate,
  rsaKey,
} from "../support/certificates.ts";

const root = issueCertificate({ commonName: "Root", isAuthority: true });
const sub = issueCertificate({ commonName: "Sub", isAuthority: true, issuer: root });
const leaf = issueCertificate({ names: ["mx.test"], issuer: sub });
const selfSigned = issueCertificate({ names: ["mx.test"] });
const read = ({ pem }: Identity): X509Certificate => new X509Certificate(pem);

function tlsa(identity: Identity, usage: number, selector: number, matchingType: number): Tlsa {
  const data = associationData(read(identity), selector, matchingType);
  assert.ok(data);
  return { usage, selector, matchingType, data };
}

const forms = [0, 1].flatMap((selector) => [0, 1, 2].map((type) => [selector, type] as const));

describe("usage 3", () => {
  for (const [selector, type] of forms) {
    it(`with selector ${selector} and matching type ${type} matches this server only`, () => {
      const own = tlsa(leaf, 3, selector, type);
      assert.equal(matchEndEntity([own], read(leaf)), own);
      assert.equal(matchEndEntity([tlsa(selfSigned, 3, selector, type)], read(leaf)), undefined);
    });
  }

  it("matches one of several records", () => {
    const own = tlsa(leaf, 3, 1, 1);
    assert.equal(matchEndEntity([tlsa(selfSigned, 3, 1, 1), own], read(leaf)), own);
  });

  it("says nothing of authorities, and usage 2 nothing of the server", () => {
    assert.equal(matchEndEntity([tlsa(leaf, 2, 1, 1)], read(leaf)), undefined);
    const presented = [leaf, sub].map(read);
    assert.deepEqual(findTrustAnchors([tlsa(sub, 3, 1, 1)], presented), []);
  });
});

describe("usage 2", () => {
  for (const [selector, type] of forms) {
    it(`with selector ${selector} and matching type ${type} finds the presented authority`, () => {
      const record = tlsa(sub, 2, selector, type);
      const found = findTrustAnchors([record], [leaf, sub].map(read));
      assert.deepEqual(
        found.map(({ certificate }) => certificate.fingerprint256),
        [read(sub).fingerprint256],
      );
      assert.equal(found[0]?.record, record);
    });
  }

  it("finds an authority that is not presented when the record holds it in full", () => {
    const record = tlsa(root, 2, 0, 0);
    const [found] = findTrustAnchors([record], [leaf, sub].map(read));
    assert.equal(found?.certificate.fingerprint256, read(root).fingerprint256);
    assert.deepEqual(findTrustAnchors([tlsa(root, 2, 0, 1)], [leaf, sub].map(read)), []);
  });

  it("never means the server's own certificate, whatever the form", () => {
    const records = forms.map(([selector, type]) => tlsa(selfSigned, 2, selector, type));
    assert.deepEqual(findTrustAnchors(records, [read(selfSigned)]), []);
    assert.deepEqual(findTrustAnchors(records, [selfSigned, selfSigned].map(read)), []);
  });

  it("names each authority once", () => {
    const records = [tlsa(sub, 2, 0, 0), tlsa(sub, 2, 1, 1)];
    assert.equal(findTrustAnchors(records, [leaf, sub, sub].map(read)).length, 1);
  });

  it("finds by its bare key an authority that signed the last certificate", () => {
    const record = tlsa(root, 2, 1, 0);
    assert.equal(findSigningKey([tlsa(sub, 2, 1, 0), record], read(sub)), record);
    assert.equal(findSigningKey([record], read(leaf)), undefined);
    assert.equal(findSigningKey([tlsa(root, 2, 1, 1), tlsa(root, 3, 1, 0)], read(sub)), undefined);
  });

  it("takes a bare key of another kind for no signer", () => {
    const other = issueCertificate({ key: rsaKey(2048) });
    assert.equal(findSigningKey([tlsa(other, 2, 1, 0)], read(sub)), undefined);
  });
});

describe("the public key of a certificate", () => {
  for (const [kind, key] of [
    ["P-256", ecKey()],
    ["P-521", ecKey("P-521")],
    ["RSA", rsaKey(2048)],
    ["Ed25519", ed25519Key()],
  ] as const) {
    it(`is found byte for byte: ${kind}`, () => {
      const certificate = read(issueCertificate({ key }));
      const expected = createPublicKey(key).export({ type: "spki", format: "der" });
      assert.deepEqual(publicKeyInfo(certificate.raw), expected);
    });
  }
});

describe("TLSA text", () => {
  it("of a digest is what zone files hold", () => {
    const data = Buffer.from("00ff", "hex");
    assert.equal(formatTlsa({ usage: 3, selector: 1, matchingType: 1, data }), "3 1 1 00ff");
    assert.match(formatTlsa(tlsa(leaf, 3, 0, 2)), /^3 0 2 [0-9a-f]{128}$/);
  });

  it("of a whole certificate is cut short and says how long it is", () => {
    const { length } = read(leaf).raw;
    const text = formatTlsa(tlsa(leaf, 3, 0, 0));
    assert.match(text, new RegExp(`^3 0 0 [0-9a-f]{64}… \\(${length} bytes\\)$`));
  });

  it("of a record without data ends behind the numbers", () => {
    const record = { usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(0) };
    assert.equal(formatTlsa(record), "3 1 1");
  });

  it("suggests the digest of the server's key", () => {
    const certificate = read(leaf);
    const info = createPublicKey(leaf.key).export({ type: "spki", format: "der" });
    const digest = createHash("sha256").update(info).digest("hex");
    assert.equal(suggestTlsa(certificate), `3 1 1 ${digest}`);
  });
});
