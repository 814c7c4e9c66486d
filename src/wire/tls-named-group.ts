/**
 * Groups of a key exchange: IANA "TLS Supported Groups" and the primes of RFC 7919, which TLS 1.2
 * sends in full.
 */
import { createHash } from "node:crypto";

export interface NamedGroup {
  /** As IANA spells it; `DH` for a finite-field group without a name. */
  readonly name: string;
  /** Of the classical part; undefined where there is none or it is not known here. */
  readonly bits: number | undefined;
}

const groups: ReadonlyMap<number, NamedGroup> = new Map<number, NamedGroup>([
  [19, { name: "secp192r1", bits: 192 }],
  [21, { name: "secp224r1", bits: 224 }],
  [22, { name: "secp256k1", bits: 256 }],
  [23, { name: "secp256r1", bits: 256 }],
  [24, { name: "secp384r1", bits: 384 }],
  [25, { name: "secp521r1", bits: 521 }],
  [26, { name: "brainpoolP256r1", bits: 256 }],
  [27, { name: "brainpoolP384r1", bits: 384 }],
  [28, { name: "brainpoolP512r1", bits: 512 }],
  [29, { name: "x25519", bits: 255 }],
  [30, { name: "x448", bits: 448 }],
  [31, { name: "brainpoolP256r1tls13", bits: 256 }],
  [32, { name: "brainpoolP384r1tls13", bits: 384 }],
  [33, { name: "brainpoolP512r1tls13", bits: 512 }],
  [256, { name: "ffdhe2048", bits: 2048 }],
  [257, { name: "ffdhe3072", bits: 3072 }],
  [258, { name: "ffdhe4096", bits: 4096 }],
  [259, { name: "ffdhe6144", bits: 6144 }],
  [260, { name: "ffdhe8192", bits: 8192 }],
  [0x0200, { name: "MLKEM512", bits: undefined }],
  [0x0201, { name: "MLKEM768", bits: undefined }],
  [0x0202, { name: "MLKEM1024", bits: undefined }],
  [0x11eb, { name: "SecP256r1MLKEM768", bits: 256 }],
  [0x11ec, { name: "X25519MLKEM768", bits: 255 }],
  [0x11ed, { name: "SecP384r1MLKEM1024", bits: 384 }],
]);

/** A code that is not known here is called by its number, `group 0x1234`. */
export function namedGroup(code: number): NamedGroup {
  return groups.get(code) ?? { name: `group 0x${hex(code)}`, bits: undefined };
}

/** SHA-256 of the primes of RFC 7919, Appendix A, and the code of their group. */
const primes: Readonly<Record<string, number>> = {
  "9cd3b7f336872f46c09428d1bbc19877a4d440512cda8d1c1cf0cd6e33698966": 256,
  "0eaf67db3a839156d5013494a5318a772b5697d270d721f37f092efc69ea5a17": 257,
  "4648414224ac881b3d0dc59b466f96d06a558278776807797ecf1f66ff397b3e": 258,
  "227ac9066b3ddd9e193670cda2388fa884f65ba0cf98b742d1fe77a6687c79c7": 259,
  "770b14efaf6f049929c523113b3fa99a8d11dab1b18af3609590122075d19833": 260,
};

/** `prime`: big-endian, with or without zeros in front. */
export function finiteFieldGroup(prime: Buffer): NamedGroup {
  const first = prime.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? prime.subarray(0, 0) : prime.subarray(first);
  const code = primes[createHash("sha256").update(digits).digest("hex")];
  if (code !== undefined) return namedGroup(code);
  return { name: "DH", bits: bitLength(digits) };
}

function bitLength(digits: Buffer): number {
  const [first] = digits;
  return first === undefined ? 0 : (digits.length - 1) * 8 + first.toString(2).length;
}

function hex(code: number): string {
  return code.toString(16).padStart(4, "0");
}
