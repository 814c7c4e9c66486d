/**
 * Certificates of every kind, good and bad, made in the test that needs them. Written by hand in
 * DER because tools refuse to make the bad ones.
 */
import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import {
  bitString,
  boolean,
  der,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  setOf,
  time,
  utf8,
} from "./der.ts";

export interface Identity {
  readonly key: KeyObject;
  readonly commonName: string;
  /** This certificate. */
  readonly pem: string;
  /** What a server sends: this certificate and those above it, without the root. */
  readonly chainPem: string;
  readonly keyPem: string;
}

export interface CertificateWish {
  readonly commonName?: string;
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly key?: KeyObject;
  readonly hash?: "sha1" | "sha256";
  readonly isAuthority?: boolean;
  /** Default: itself. */
  readonly issuer?: Identity;
  /** Without the key identifiers that tell apart authorities of one name. */
  readonly withoutKeyIds?: boolean;
  /** Without the extension that says what the key may do. */
  readonly withoutKeyUsage?: boolean;
  /** Extended key usage; default serverAuth. */
  readonly purpose?: string;
}

export const ecKey = (curve = "P-256"): KeyObject =>
  generateKeyPairSync("ec", { namedCurve: curve }).privateKey;
export const rsaKey = (bits: number): KeyObject =>
  generateKeyPairSync("rsa", { modulusLength: bits }).privateKey;
export const ed25519Key = (): KeyObject => generateKeyPairSync("ed25519").privateKey;

const day = 24 * 3600 * 1000;
export const clientAuth = "1.3.6.1.5.5.7.3.2";
const serverAuth = "1.3.6.1.5.5.7.3.1";

export function issueCertificate(wish: CertificateWish): Identity {
  const { key = ecKey(), issuer, hash = "sha256" } = wish;
  const commonName = wish.commonName ?? wish.names?.[0] ?? "mxseal test";
  const signer = issuer?.key ?? key;
  const algorithm = signatureAlgorithm(signer, hash);
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    // A first byte that is neither zero nor negative: DER has one form for a number.
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name(issuer?.commonName ?? commonName),
    validity(wish),
    name(commonName),
    publicKeyInfo(key),
    der(0xa3, sequence(...extensions(wish, key, signer))),
  );
  const signature = sign(signer.asymmetricKeyType === "ed25519" ? null : hash, body, signer);
  const pem = toPem(sequence(body, algorithm, bitString(signature)));
  return { key, commonName, pem, chainPem: chainOf(wish, pem), keyPem: keyPem(key) };
}

function validity({ notBefore, notAfter }: CertificateWish): Buffer {
  return sequence(
    time(notBefore ?? new Date(Date.now() - day)),
    time(notAfter ?? new Date(Date.now() + 90 * day)),
  );
}

function chainOf({ issuer, isAuthority }: CertificateWish, pem: string): string {
  if (issuer === undefined) return isAuthority ? "" : pem;
  return pem + issuer.chainPem;
}

function keyPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function name(commonName: string): Buffer {
  return sequence(setOf(sequence(oid("2.5.4.3"), utf8(commonName))));
}

function publicKeyInfo(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash("sha1").update(publicKeyInfo(key)).digest();
}

function signatureAlgorithm(signer: KeyObject, hash: "sha1" | "sha256"): Buffer {
  const type = signer.asymmetricKeyType;
  if (type === "ed25519") return sequence(oid("1.3.101.112"));
  if (type === "ec") {
    return sequence(oid(hash === "sha1" ? "1.2.840.10045.4.1" : "1.2.840.10045.4.3.2"));
  }
  return sequence(oid(hash === "sha1" ? "1.2.840.113549.1.1.5" : "1.2.840.113549.1.1.11"), nothing);
}

function extensions(wish: CertificateWish, key: KeyObject, signer: KeyObject): readonly Buffer[] {
  const list = [
    extension("2.5.29.19", wish.isAuthority ? sequence(boolean(true)) : sequence(), true),
  ];
  if (!wish.withoutKeyIds) {
    list.push(extension("2.5.29.14", octets(keyIdentifier(key))));
    list.push(extension("2.5.29.35", sequence(der(0x80, keyIdentifier(signer)))));
  }
  // keyCertSign and cRLSign, or digitalSignature, as authorities write them.
  const usage = wish.isAuthority ? [1, 0x06] : [7, 0x80];
  if (!wish.withoutKeyUsage) {
    list.push(extension("2.5.29.15", der(0x03, Buffer.from(usage)), true));
  }
  if (!wish.isAuthority) {
    list.push(extension("2.5.29.37", sequence(oid(wish.purpose ?? serverAuth))));
  }
  if (wish.names && wish.names.length > 0) {
    const entries = wish.names.map((entry) => der(0x82, Buffer.from(entry)));
    list.push(extension("2.5.29.17", sequence(...entries)));
  }
  return list;
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function toPem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
