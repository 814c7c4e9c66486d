/**
 * Opens the records that a TLS 1.3 server sends under one traffic secret (RFC 8446 §5.2, §7.3).
 * For a client that looks at its own handshake: the secret is that of our own connection.
 *
 * Security: key material lives in this object alone and is overwritten when it is disposed of.
 */
import { createDecipheriv, createHmac } from "node:crypto";
import { ProtocolError } from "../base/errors.ts";
import type { TlsRecord } from "./tls-record.ts";

interface Aead {
  readonly algorithm: "aes-128-gcm" | "aes-256-gcm" | "chacha20-poly1305" | "aes-128-ccm";
  readonly hash: "sha256" | "sha384";
  readonly keyBytes: 16 | 32;
  readonly tagBytes: 8 | 16;
}

/** RFC 8446 §B.4 */
const aeads: ReadonlyMap<number, Aead> = new Map<number, Aead>([
  [0x1301, { algorithm: "aes-128-gcm", hash: "sha256", keyBytes: 16, tagBytes: 16 }],
  [0x1302, { algorithm: "aes-256-gcm", hash: "sha384", keyBytes: 32, tagBytes: 16 }],
  [0x1303, { algorithm: "chacha20-poly1305", hash: "sha256", keyBytes: 32, tagBytes: 16 }],
  [0x1304, { algorithm: "aes-128-ccm", hash: "sha256", keyBytes: 16, tagBytes: 16 }],
  [0x1305, { algorithm: "aes-128-ccm", hash: "sha256", keyBytes: 16, tagBytes: 8 }],
]);
const ivBytes = 12;

export interface InnerRecord {
  readonly type: number;
  readonly content: Buffer;
}

export class Tls13RecordDecryption implements Disposable {
  readonly #aead: Aead;
  readonly #key: Buffer;
  readonly #iv: Buffer;
  #sequence = 0;

  /** Throws ProtocolError `unknown-suite`. */
  constructor(suite: number, trafficSecret: Buffer) {
    const aead = aeads.get(suite);
    if (aead === undefined) {
      throw new ProtocolError("unknown-suite", "a cipher suite that is not known");
    }
    this.#aead = aead;
    this.#key = expandLabel(aead.hash, trafficSecret, "key", aead.keyBytes);
    this.#iv = expandLabel(aead.hash, trafficSecret, "iv", ivBytes);
  }

  /** Records in the order of arrival. Throws ProtocolError `bad-record` or `not-authentic`. */
  open({ header, fragment }: TlsRecord): InnerRecord {
    const { tagBytes } = this.#aead;
    const nonce = this.#nextNonce();
    if (fragment.length <= tagBytes) throw badRecord();
    const end = fragment.length - tagBytes;
    const opened = this.#decrypt(fragment.subarray(0, end), {
      nonce,
      tag: fragment.subarray(end),
      header,
    });
    // TLSInnerPlaintext: content, its type, zeros.
    const typeAt = opened.findLastIndex((byte) => byte !== 0);
    if (typeAt === -1) throw badRecord();
    return { type: opened.readUInt8(typeAt), content: opened.subarray(0, typeAt) };
  }

  [Symbol.dispose](): void {
    this.#key.fill(0);
    this.#iv.fill(0);
  }

  /** RFC 8446 §5.3: the counter, as wide as the IV, laid over the IV. */
  #nextNonce(): Buffer {
    const nonce = Buffer.from(this.#iv);
    // A few thousand records at most: the low 32 bits are the whole counter.
    const tail = nonce.readUInt32BE(ivBytes - 4);
    nonce.writeUInt32BE((tail ^ this.#sequence) >>> 0, ivBytes - 4);
    this.#sequence += 1;
    return nonce;
  }

  #decrypt(
    sealed: Buffer,
    { nonce, tag, header }: { nonce: Buffer; tag: Buffer; header: Buffer },
  ): Buffer {
    const { algorithm, tagBytes } = this.#aead;
    try {
      // One call serves all; the types know one overload per kind of algorithm.
      const decipher = createDecipheriv(algorithm as "aes-128-ccm", this.#key, nonce, {
        authTagLength: tagBytes,
      });
      decipher.setAuthTag(tag);
      decipher.setAAD(header, { plaintextLength: sealed.length });
      const opened = decipher.update(sealed);
      decipher.final();
      return opened;
    } catch {
      throw new ProtocolError("not-authentic", "a TLS record cannot be opened");
    }
  }
}

function badRecord(): ProtocolError {
  return new ProtocolError("bad-record", "a TLS record without content");
}

/** RFC 8446 §7.1 with an empty context; one block of HKDF-Expand (RFC 5869 §2.3) is enough. */
function expandLabel(hash: Aead["hash"], secret: Buffer, label: string, bytes: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`, "latin1");
  const info = Buffer.concat([Buffer.from([0, bytes, name.length]), name, Buffer.from([0, 1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, bytes);
}
