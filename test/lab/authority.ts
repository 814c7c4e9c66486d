/**
 * The lab's certificate authority: a root, an intermediate, and leaves of every kind a mail server
 * may show (RFC 5280 §4). Made in memory within milliseconds, new at each start; the root's
 * certificate is the only one that the lab's CA bundle gains.
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
  bits,
  boolean,
  nothing,
  objectId,
  octets,
  sequence,
  set,
  tagged,
  time,
  unsigned,
  utf8,
} from "./der.ts";

const dayMs = 86_400_000;

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

interface Certified {
  readonly subject: string;
  readonly key: KeyObject;
  readonly certificate: Buffer;
}

interface Order {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: { readonly subject: string; readonly key: KeyObject };
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: readonly Buffer[];
}

export class Authority {
  readonly #root: Certified;
  readonly #intermediate: Certified;

  constructor(organisation: string) {
    this.#root = certifyAuthority(`${organisation} Root`, undefined);
    this.#intermediate = certifyAuthority(`${organisation} Intermediate`, this.#root);
  }

  get rootPem(): string {
    return pem("CERTIFICATE", this.#root.certificate);
  }

  /** A server certificate signed by the intermediate. */
  leaf(options: LeafOptions): Identity {
    const key = newKey(options.rsaBits);
    const leaf = certify({
      subject: options.names[0] ?? "",
      publicKey: createPublicKey(keyPem(key)),
      issuer: this.#intermediate,
      notBefore: options.notBefore ?? Date.now() - dayMs,
      notAfter: options.notAfter ?? Date.now() + 90 * dayMs,
      extensions: serverExtensions(options.names),
    });
    const chain =
      options.withIntermediate === false ? [leaf] : [leaf, this.#intermediate.certificate];
    return { chain: chain.map((part) => pem("CERTIFICATE", part)).join(""), key: keyPem(key) };
  }
}

/** A server certificate that only vouches for itself. */
export function selfSigned(names: readonly string[]): Identity {
  const key = newKey();
  const subject = names[0] ?? "";
  const certificate = certify({
    subject,
    publicKey: createPublicKey(keyPem(key)),
    issuer: { subject, key },
    notBefore: Date.now() - dayMs,
    notAfter: Date.now() + 365 * dayMs,
    extensions: serverExtensions(names),
  });
  return { chain: pem("CERTIFICATE", certificate), key: keyPem(key) };
}

function certifyAuthority(subject: string, issuer: Certified | undefined): Certified {
  const key = newKey();
  const certificate = certify({
    subject,
    publicKey: createPublicKey(keyPem(key)),
    issuer: issuer ?? { subject, key },
    notBefore: Date.now() - 30 * dayMs,
    notAfter: Date.now() + 3650 * dayMs,
    extensions: [
      extension("2.5.29.19", true, sequence(boolean(true))),
      // keyCertSign and cRLSign.
      extension("2.5.29.15", true, bits(Buffer.from([0x06]), 1)),
    ],
  });
  return { subject, key, certificate };
}

function serverExtensions(names: readonly string[]): readonly Buffer[] {
  const alternatives = names.map((name) => tagged(0x82, Buffer.from(name, "ascii")));
  return [
    extension("2.5.29.19", true, sequence()),
    // digitalSignature and keyEncipherment.
    extension("2.5.29.15", true, bits(Buffer.from([0xa0]), 5)),
    extension("2.5.29.37", false, sequence(objectId("1.3.6.1.5.5.7.3.1"))),
    extension("2.5.29.17", false, sequence(...alternatives)),
  ];
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [boolean(true)] : [];
  return sequence(objectId(id), ...flag, octets(value));
}

function certify(order: Order): Buffer {
  const publicKey = order.publicKey.export({ type: "spki", format: "der" });
  const keyId = createHash("sha256").update(publicKey).digest().subarray(0, 20);
  const issuerKey = createPublicKey(keyPem(order.issuer.key)).export({
    type: "spki",
    format: "der",
  });
  const issuerKeyId = createHash("sha256").update(issuerKey).digest().subarray(0, 20);
  const algorithm = signatureAlgorithm(order.issuer.key);
  const body = sequence(
    tagged(0xa0, unsigned(Buffer.from([2]))),
    unsigned(Buffer.concat([Buffer.from([0x4d]), randomBytes(15)])),
    algorithm,
    distinguishedName(order.issuer.subject),
    sequence(time(order.notBefore), time(order.notAfter)),
    distinguishedName(order.subject),
    publicKey,
    tagged(
      0xa3,
      sequence(
        ...order.extensions,
        extension("2.5.29.14", false, octets(keyId)),
        extension("2.5.29.35", false, sequence(tagged(0x80, issuerKeyId))),
      ),
    ),
  );
  return sequence(body, algorithm, bits(sign("sha256", body, order.issuer.key)));
}

function signatureAlgorithm(key: KeyObject): Buffer {
  if (key.asymmetricKeyType === "ec") return sequence(objectId("1.2.840.10045.4.3.2"));
  return sequence(objectId("1.2.840.113549.1.1.11"), nothing);
}

function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(objectId("2.5.4.3"), utf8(commonName))));
}

function newKey(rsaBits?: number): KeyObject {
  if (rsaBits !== undefined)
    return generateKeyPairSync("rsa", { modulusLength: rsaBits }).privateKey;
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function keyPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
