import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { findPath } from "../../src/probe/certification-path.ts";
import { ecKey, type Identity, issueCertificate } from "../support/certificates.ts";

const certificate = ({ pem }: Identity): X509Certificate => new X509Certificate(pem);
const authority = (commonName: string, issuer?: Identity, key = ecKey()): Identity =>
  issueCertificate({ commonName, isAuthority: true, key, ...(issuer && { issuer }) });
const path = (
  presented: readonly Identity[],
  anchors: readonly Identity[],
): readonly [string, boolean] => {
  const found = findPath(presented.map(certificate), anchors.map(certificate));
  const names = found.certificates.map(({ subject }) => subject.replace("CN=", ""));
  return [names.join(" < "), found.isAnchored];
};

const root = authority("root");
const middle = authority("middle", root);
const leaf = issueCertificate({ commonName: "leaf", issuer: middle });

describe("a certification path", () => {
  it("leads from the leaf to the anchor, which need not be presented", () => {
    assert.deepEqual(path([leaf, middle], [root]), ["leaf < middle < root", true]);
    assert.deepEqual(path([leaf, middle, root], [root]), ["leaf < middle < root", true]);
  });

  it("is looked for once in what one server presented", () => {
    const presented = [leaf, middle].map(certificate);
    const anchors = [root].map(certificate);
    const found = findPath(presented, anchors);
    assert.equal(findPath(presented, anchors), found);
    assert.equal(findPath(presented, []).isAnchored, false);
    assert.equal(findPath(presented, anchors), found);
  });

  it("does not care in which order the others are presented, or what else is", () => {
    const other = issueCertificate({ commonName: "other" });
    assert.deepEqual(path([leaf, other, root, middle], [root]), ["leaf < middle < root", true]);
  });

  it("ends at the first anchor, even an intermediate one", () => {
    assert.deepEqual(path([leaf, middle], [root, middle]), ["leaf < middle", true]);
    assert.deepEqual(path([root], [root]), ["root", true]);
  });

  it("finds the way past a cross-signed certificate that leads nowhere", () => {
    const key = ecKey();
    const gone = authority("gone root");
    const crossed = authority("crossed", gone, key);
    const straight = authority("crossed", root, key);
    const end = issueCertificate({ commonName: "leaf", issuer: crossed });
    assert.deepEqual(path([end, crossed, straight], [root]), ["leaf < crossed < root", true]);
  });

  it("takes the certificate that is valid longest where an authority has several", () => {
    const key = ecKey();
    const ended = new Date(Date.now() - 1000);
    const old = issueCertificate({ commonName: "root", isAuthority: true, key, notAfter: ended });
    const renewed = authority("root", undefined, key);
    const end = issueCertificate({ commonName: "leaf", issuer: renewed });
    const found = findPath([certificate(end)], [certificate(old), certificate(renewed)]);
    assert.equal(found.certificates[1]?.fingerprint256, certificate(renewed).fingerprint256);
  });

  it("goes as far as it can where no anchor is reached", () => {
    assert.deepEqual(path([leaf, middle, root], []), ["leaf < middle < root", false]);
    assert.deepEqual(path([leaf], [root]), ["leaf", false]);
    assert.deepEqual(path([], [root]), ["", false]);
  });

  it("is not led by a name without the key behind it", () => {
    const impostor = authority("middle", root);
    assert.deepEqual(path([leaf, impostor], [root]), ["leaf", false]);
    const bare = issueCertificate({ commonName: "leaf", issuer: middle, withoutKeyIds: true });
    assert.deepEqual(path([bare, impostor], [root]), ["leaf", false]);
    assert.deepEqual(path([bare, middle], [root]), ["leaf < middle < root", true]);
  });

  it("ends soon in a thicket of certificates that all sign each other", () => {
    const key = ecKey();
    const thicket = Array.from({ length: 19 }, () => authority("same", undefined, key));
    const end = issueCertificate({ commonName: "leaf", issuer: thicket[0] ?? root });
    const [, isAnchored] = path([end, ...thicket], [root]);
    assert.equal(isAnchored, false);
  });
});
