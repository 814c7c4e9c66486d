/**
 * A TLSA record as published (RFC 6698 §2.1): which certificate or key a server will show, and
 * what that proves. The meaning of the numbers has its names here (RFC 7218).
 */

export interface Tlsa {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  readonly data: Buffer;
}

/** The two usages that mail knows (RFC 7672 §3.1); 0 and 1 rest on public authorities. */
export const usageTrustAnchor = 2;
export const usageEndEntity = 3;

export const selectorCertificate = 0;
export const selectorPublicKey = 1;

export const matchingFull = 0;
export const matchingSha256 = 1;
export const matchingSha512 = 2;
