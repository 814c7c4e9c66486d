/**
 * Whatever certificates a server presents beside its own: the path ends, each of its steps is
 * signed, and the signatures that are checked for it are few.
 */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { findPath } from "../../src/probe/certification-path.ts";
import { ecKey, type Identity, issueCertificate } from "../support/certificates.ts";
import { type Random, seededRandom } from "../support/random.ts";

/** The bound of `certification-path.ts`; the one check over it is refused before it is made. */
const mostChecks = 100;
const mostPresented = 20;

/** Counts the signatures checked on it. */
class Counted {
  checks = 0;

  of({ pem }: Identity): X509Certificate {
    const certificate = new X509Certificate(pem);
    certificate.verify = (key) => {
      this.checks += 1;
      return X509Certificate.prototype.verify.call(certificate, key);
    };
    return certificate;
  }
}

/** Few names, few keys: authorities that vouch for each other in circles. */
function tangle(random: Random): readonly Identity[] {
  const keys = [ecKey(), ecKey(), ecKey()];
  const made: Identity[] = [];
  const size = 2 + random.below(mostPresented - 1);
  while (made.length < size) {
    made.push(
      issueCertificate({
        commonName: random.pick(["one", "two", "three"]),
        isAuthority: true,
        key: random.pick(keys),
        withoutKeyIds: random.below(2) === 0,
        ...(made.length > 0 && random.below(5) > 0 ? { issuer: random.pick(made) } : {}),
      }),
    );
  }
  return made;
}

describe("a path through any certificates", () => {
  it("is signed from step to step, holds nothing twice, and is found with few checks", () => {
    let anchored = 0;
    for (let seed = 0; seed < 200; seed += 1) {
      const random = seededRandom(seed);
      const counted = new Counted();
      const all = tangle(random).map((identity) => counted.of(identity));
      const anchors = all.filter(() => random.below(6) === 0);
      const presented = all.filter((one) => !anchors.includes(one));
      const path = findPath(presented, anchors);
      assert.ok(counted.checks <= mostChecks, `seed ${seed}: ${counted.checks} checks`);
      assert.equal(new Set(path.certificates).size, path.certificates.length, `seed ${seed}`);
      for (const [at, issuer] of path.certificates.slice(1).entries()) {
        const below = path.certificates[at];
        assert.equal(below?.verify(issuer.publicKey), true, `seed ${seed}`);
      }
      if (path.isAnchored) anchored += 1;
    }
    assert.ok(anchored > 20 && anchored < 180, `${anchored} of 200 were anchored`);
  });

  it("is given up soon where every certificate could have issued every other", () => {
    const key = ecKey();
    const counted = new Counted();
    const wish = { commonName: "the same", key, isAuthority: true, withoutKeyIds: true };
    const presented = Array.from({ length: mostPresented }, () =>
      counted.of(issueCertificate(wish)),
    );
    assert.equal(findPath(presented, []).isAnchored, false);
    assert.ok(counted.checks <= mostChecks, `${counted.checks} checks`);
    assert.ok(counted.checks > mostPresented);
  });
});
