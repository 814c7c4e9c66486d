/**
 * Where the zoo's certificates are made: authorities of every kind, each when it is first needed,
 * and certificates by them. One key of each size serves everybody, for RSA keys are slow to make.
 */
import type { KeyObject } from "node:crypto";
import {
  type CertificateWish,
  ecKey,
  type Identity,
  issueCertificate,
  rsaKey,
} from "../../support/certificates.ts";

const dayMs = 86_400_000;

export class Workshop {
  /** The lab's machines trust this one and no other. */
  readonly root: Identity = authority("Zoo Root");
  readonly #made = new Map<string, Identity>();
  readonly #rsaKeys = new Map<number, KeyObject>();

  get intermediate(): Identity {
    return this.#once("Zoo Intermediate", { issuer: this.root });
  }

  /** What nobody trusts but those whom a TLSA record tells to. */
  get privateRoot(): Identity {
    return this.#once("Private Root", {});
  }

  get privateIntermediate(): Identity {
    return this.#once("Private Intermediate", { issuer: this.privateRoot });
  }

  get otherPrivateRoot(): Identity {
    return this.#once("Other Private Root", {});
  }

  /** Signs with PKCS#1 v1.5, as RSA authorities do. */
  rsaIntermediate(bits: number): Identity {
    return this.#once(`Zoo RSA ${bits}`, { issuer: this.root, key: this.rsa(bits) });
  }

  get sha1Intermediate(): Identity {
    return this.#once("Zoo SHA-1 Intermediate", { issuer: this.root, hash: "sha1" });
  }

  /** The intermediate of the same name and key, over since yesterday. */
  get expiredIntermediate(): Identity {
    const { commonName, key } = this.intermediate;
    const now = Date.now();
    const dates = { notBefore: new Date(now - 90 * dayMs), notAfter: new Date(now - dayMs) };
    return issueCertificate({ commonName, key, issuer: this.root, isAuthority: true, ...dates });
  }

  /** The lowest of so many intermediates, each signed by the one above. */
  deepIntermediate(depth: number): Identity {
    let issuer = this.root;
    for (let level = 1; level <= depth; level += 1) {
      issuer = this.#once(`Zoo Depth ${level}`, { issuer });
    }
    return issuer;
  }

  rsa(bits: number): KeyObject {
    const known = this.#rsaKeys.get(bits) ?? rsaKey(bits);
    this.#rsaKeys.set(bits, known);
    return known;
  }

  #once(commonName: string, wish: CertificateWish): Identity {
    const known = this.#made.get(commonName) ?? authority(commonName, wish);
    this.#made.set(commonName, known);
    return known;
  }
}

function authority(commonName: string, wish: CertificateWish = {}): Identity {
  return issueCertificate({ key: ecKey(), ...wish, commonName, isAuthority: true });
}
