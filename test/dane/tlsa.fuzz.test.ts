/** TLSA data and certificates of any bytes: an answer or none, never an exception or a hang. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { keepStrongest } from "../../src/dane/digest-agility.ts";
import { publicKeyInfo } from "../../src/dane/public-key-info.ts";
import type { Tlsa } from "../../src/dane/tlsa.ts";
import { findSigningKey, findTrustAnchors, matchEndEntity } from "../../src/dane/tlsa-match.ts";
import { formatTlsa } from "../../src/dane/tlsa-text.ts";
import { findTlsaFault, tlsaFaults } from "../../src/dane/tlsa-usability.ts";
import { issueCertificate } from "../support/certificates.ts";
import { mutate, type Random, seededRandom } from "../support/random.ts";

const root = issueCertificate({ commonName: "Root", isAuthority: true });
const leaf = issueCertificate({ names: ["mx.test"], issuer: root });
const presented = [leaf, root].map(({ pem }) => new X509Certificate(pem));
const wholes = presented.flatMap(({ raw }) => [raw, publicKeyInfo(raw) ?? raw]);

function anyRecord(random: Random): Tlsa {
  const whole = random.pick(wholes);
  const data = random.pick([
    () => whole,
    () => mutate(whole, random),
    () => random.bytes(random.pick([0, 31, 32, 33, 64])),
  ])();
  const number = (): number => random.pick([0, 1, 2, 3, random.below(256)]);
  return { usage: number(), selector: number(), matchingType: number(), data };
}

describe("TLSA records of any bytes", () => {
  it("are usable or have a known fault, and match without an exception", () => {
    const random = seededRandom(20261123);
    const seen = new Map<string, number>();
    for (let count = 0; count < 400; count += 1) {
      const records = Array.from({ length: random.below(12) }, () => anyRecord(random));
      for (const record of records) {
        const fault = findTlsaFault(record) ?? "none";
        assert.ok(fault === "none" || fault in tlsaFaults);
        seen.set(fault, (seen.get(fault) ?? 0) + 1);
        assert.match(formatTlsa(record), /^\d+ \d+ \d+(?: [0-9a-f]+(?:… \(\d+ bytes\))?)?$/);
      }
      const usable = keepStrongest(records.filter((record) => findTlsaFault(record) === undefined));
      for (const certificate of presented) {
        matchEndEntity(usable, certificate);
        findSigningKey(usable, certificate);
      }
      findTrustAnchors(usable, presented);
    }
    for (const fault of ["none", ...Object.keys(tlsaFaults)]) {
      assert.ok((seen.get(fault) ?? 0) > 20, `${fault} was hardly tried`);
    }
  });

  it("match nothing that was changed by a single bit", () => {
    const random = seededRandom(3);
    for (let count = 0; count < 500; count += 1) {
      const [whole = Buffer.alloc(0)] = wholes;
      const data = Buffer.from(whole);
      const at = random.below(data.length);
      data[at] = (data[at] ?? 0) ^ (1 << random.below(8));
      const record = { usage: 3, selector: 0, matchingType: 0, data };
      const [certificate] = presented;
      assert.ok(certificate && matchEndEntity([record], certificate) === undefined);
    }
  });
});

describe("certificates of any bytes", () => {
  it("have a public key within their bounds, or none", () => {
    const random = seededRandom(9);
    let found = 0;
    for (let count = 0; count < 20_000; count += 1) {
      const bytes = mutate(random.pick(wholes), random);
      const key = publicKeyInfo(bytes);
      if (key === undefined) continue;
      found += 1;
      assert.ok(bytes.includes(key));
    }
    assert.ok(found > 100);
    for (let count = 0; count < 20_000; count += 1) publicKeyInfo(random.bytes(random.below(64)));
  });
});
