/**
 * The lab's certificate authority: a root, an intermediate, and leaves of every kind a mail server
 * may show (RFC 5280 §4). Made in memory within milliseconds, new at each start; the root's
 * certificate is the only one that the lab's CA bundle gains.
 */
import { type Identity as Certified, issueCertificate, rsaKey } from "../support/certificates.ts";

export interface Identity {
  /** PEM, leaf first, as the server sends it. */
  readonly chain: string;
  /** PEM. */
  readonly key: string;
}

export interface LeafOptions {
  /** dNSName entries; the first is also the common name. */
  readonly names: readonly string[];
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly rsaBits?: number;
  /** False: the server forgets to send the intermediate certificate. */
  readonly withIntermediate?: boolean;
}

export class Authority {
  readonly #root: Certified;
  readonly #intermediate: Certified;

  constructor(organisation: string) {
    this.#root = issueCertificate({ commonName: `${organisation} Root`, isAuthority: true });
    this.#intermediate = issueCertificate({
      commonName: `${organisation} Intermediate`,
      isAuthority: true,
      issuer: this.#root,
    });
  }

  get rootPem(): string {
    return this.#root.pem;
  }

  /** A server certificate signed by the intermediate. */
  leaf({ names, notBefore, notAfter, rsaBits, withIntermediate }: LeafOptions): Identity {
    const leaf = issueCertificate({
      names,
      issuer: this.#intermediate,
      ...(rsaBits === undefined ? {} : { key: rsaKey(rsaBits) }),
      ...(notBefore === undefined ? {} : { notBefore: new Date(notBefore) }),
      ...(notAfter === undefined ? {} : { notAfter: new Date(notAfter) }),
    });
    return { chain: withIntermediate === false ? leaf.pem : leaf.chainPem, key: leaf.keyPem };
  }
}

/** A server certificate that only vouches for itself. */
export function selfSigned(names: readonly string[]): Identity {
  const { chainPem, keyPem } = issueCertificate({ names });
  return { chain: chainPem, key: keyPem };
}
