/** TLSA records as zone files have them (RFC 6698 §2.2), from certificates. */
import { createHash, X509Certificate } from "node:crypto";
import type { Identity } from "../../support/certificates.ts";

const hashes = ["sha256", "sha512"] as const;

/** `fields`: usage, selector and matching type, for example `3 1 1`. */
export function tlsa(fields: string, { pem }: Identity): string {
  const [, selector, matchingType] = fields.split(" ").map(Number);
  const { raw, publicKey } = new X509Certificate(pem);
  const content = selector === 0 ? raw : publicKey.export({ type: "spki", format: "der" });
  const hash = hashes[(matchingType ?? 0) - 1];
  const data = hash === undefined ? content : createHash(hash).update(content).digest();
  return `${fields} ${data.toString("hex")}`;
}

/** A digest of nothing that is in use, of the right length. */
export function wrongTlsa(fields: string): string {
  const matchingType = Number(fields.split(" ")[2]);
  return `${fields} ${"5a".repeat(matchingType === 2 ? 64 : 32)}`;
}
