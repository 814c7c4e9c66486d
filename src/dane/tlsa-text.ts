/**
 * TLSA records as zone files write them (RFC 6698 §2.2): `3 1 1 HEX`. For people: data that is
 * longer than a digest is cut short, with its length behind it.
 */
import type { X509Certificate } from "node:crypto";
import { matchingSha256, selectorPublicKey, type Tlsa, usageEndEntity } from "./tlsa.ts";
import { associationData } from "./tlsa-match.ts";

/** SHA2-512, the longest digest. */
const maxShownBytes = 64;
const keptBytes = 32;

export function formatTlsa({ usage, selector, matchingType, data }: Tlsa): string {
  const shown =
    data.length <= maxShownBytes
      ? data.toString("hex")
      : `${data.toString("hex", 0, keptBytes)}… (${data.length} bytes)`;
  return `${usage} ${selector} ${matchingType} ${shown}`.trimEnd();
}

/**
 * The record that RFC 7671 §5.1 recommends for this certificate, as zone text: `3 1 1` with the
 * digest of its key. Undefined when the key cannot be found in it.
 */
export function suggestTlsa(certificate: X509Certificate): string | undefined {
  const [usage, selector, matchingType] = [usageEndEntity, selectorPublicKey, matchingSha256];
  const data = associationData(certificate, selector, matchingType);
  return data && formatTlsa({ usage, selector, matchingType, data });
}
