/** What real servers send is read right; what nobody sends costs nothing but a ProtocolError. */
import assert from "node:assert/strict";
import { constants } from "node:crypto";
import { before, describe, it } from "node:test";
import type { SecureContextOptions } from "node:tls";
import { ProtocolError } from "../../src/base/errors.ts";
import { readServerFlight, type ServerFlight } from "../../src/wire/tls-server-flight.ts";
import { type CapturedHandshake, captureHandshake } from "../support/captured-handshake.ts";
import {
  ecKey,
  ed25519Key,
  type Identity,
  issueCertificate,
  rsaKey,
} from "../support/certificates.ts";
import { mutate, type Random, seededRandom } from "../support/random.ts";

const rsa = issueCertificate({ names: ["mx.test"], key: rsaKey(2048) });
const ec = issueCertificate({ names: ["mx.test"], key: ecKey("P-384") });
const ed25519 = issueCertificate({ names: ["mx.test"], key: ed25519Key() });

interface Case {
  readonly title: string;
  readonly identity: Identity;
  readonly server: SecureContextOptions;
  readonly client?: SecureContextOptions;
  readonly cipher: string;
  readonly group: string | undefined;
  readonly bits?: number | undefined;
  readonly signature: string | undefined;
  readonly legacy?: Partial<NonNullable<ServerFlight["legacy"]>>;
}

const all = { encryptThenMac: true, extendedMasterSecret: true, secureRenegotiation: true };
const weak = "@SECLEVEL=0";
const tls12 = (ciphers: string, more: SecureContextOptions = {}): SecureContextOptions => ({
  maxVersion: "TLSv1.2",
  ciphers: `${ciphers}:${weak}`,
  ...more,
});
/** OpenSSL's SSL_OP_NO_EXTENDED_MASTER_SECRET and SSL_OP_NO_ENCRYPT_THEN_MAC, unknown to Node. */
const noExtendedMasterSecret = 2 ** 0;
const noEncryptThenMac = 2 ** 19;
const open: SecureContextOptions = {
  ciphers: `ALL:${weak}:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256`,
  minVersion: "TLSv1",
  ecdhCurve:
    "X25519:X448:P-256:P-384:P-521:brainpoolP256r1:brainpoolP384r1tls13:ffdhe2048:ffdhe3072",
};

const cases: readonly Case[] = [
  ...(
    [
      ["TLS_AES_128_GCM_SHA256", "x25519", 255],
      ["TLS_AES_256_GCM_SHA384", "x448", 448],
      ["TLS_CHACHA20_POLY1305_SHA256", "secp256r1", 256],
      ["TLS_AES_128_CCM_SHA256", "secp521r1", 521],
      ["TLS_AES_128_CCM_8_SHA256", "ffdhe3072", 3072],
      ["TLS_AES_128_GCM_SHA256", "brainpoolP384r1tls13", 384],
      ["TLS_AES_128_GCM_SHA256", "X25519MLKEM768", 255],
    ] as const
  ).map(([cipher, group, bits]) => ({
    title: `TLS 1.3 with ${cipher} and ${group}`,
    identity: rsa,
    server: { ciphers: `ALL:${weak}:${cipher}`, ecdhCurve: group },
    client: { ...open, ecdhCurve: `secp224r1:${group}` },
    cipher,
    group,
    bits,
    signature: "rsa_pss_rsae_sha256",
  })),
  {
    title: "TLS 1.3 after a HelloRetryRequest",
    identity: ec,
    server: { ecdhCurve: "P-384" },
    cipher: "TLS_AES_256_GCM_SHA384",
    group: "secp384r1",
    signature: "ecdsa_secp384r1_sha384",
  },
  {
    title: "TLS 1.3 signed with Ed25519",
    identity: ed25519,
    server: {},
    cipher: "TLS_AES_256_GCM_SHA384",
    group: "x25519",
    signature: "ed25519",
  },
  {
    title: "TLS 1.3 with a chain that fills several records",
    identity: {
      ...rsa,
      chainPem: rsa.pem + Array.from({ length: 60 }, () => ec.pem + rsa.pem).join(""),
    },
    server: {},
    cipher: "TLS_AES_256_GCM_SHA384",
    group: "x25519",
    signature: "rsa_pss_rsae_sha256",
  },
  {
    title: "TLS 1.2 with PSS",
    identity: rsa,
    server: tls12("ECDHE-RSA-AES128-GCM-SHA256"),
    cipher: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    group: "x25519",
    signature: "rsa_pss_rsae_sha256",
    legacy: { ...all, encryptThenMac: false },
  },
  {
    title: "TLS 1.2 with PKCS#1 and a Brainpool curve",
    identity: rsa,
    server: tls12("ECDHE-RSA-AES256-SHA384", {
      sigalgs: "RSA+SHA512",
      ecdhCurve: "brainpoolP256r1",
    }),
    cipher: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
    group: "brainpoolP256r1",
    signature: "rsa_pkcs1_sha512",
    legacy: all,
  },
  {
    title: "TLS 1.2 with SHA-1",
    identity: rsa,
    server: tls12("ECDHE-RSA-AES128-SHA", { sigalgs: "RSA+SHA1" }),
    client: { ...open, sigalgs: "RSA+SHA1:RSA+SHA256" },
    cipher: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    group: "x25519",
    signature: "rsa_pkcs1_sha1",
    legacy: all,
  },
  {
    title: "TLS 1.2 without encrypt-then-MAC",
    identity: ec,
    server: tls12("ECDHE-ECDSA-AES128-SHA256", { secureOptions: noEncryptThenMac }),
    cipher: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    group: "x25519",
    // TLS 1.2 ties no curve to the scheme.
    signature: "ecdsa_secp256r1_sha256",
    legacy: { ...all, encryptThenMac: false },
  },
  {
    title: "TLS 1.2 without extended master secret",
    identity: rsa,
    server: tls12("DHE-RSA-AES128-SHA256", {
      secureOptions: noExtendedMasterSecret | constants.SSL_OP_CIPHER_SERVER_PREFERENCE,
      dhparam: "auto",
    }),
    cipher: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256",
    // A prime of RFC 3526, which has no name in TLS.
    group: "DH",
    bits: 2048,
    signature: "rsa_pss_rsae_sha256",
    legacy: { ...all, extendedMasterSecret: false },
  },
  {
    title: "TLS 1.2 with static RSA",
    identity: rsa,
    server: tls12("AES128-GCM-SHA256"),
    cipher: "TLS_RSA_WITH_AES_128_GCM_SHA256",
    group: undefined,
    signature: undefined,
    legacy: { ...all, encryptThenMac: false },
  },
  {
    title: "TLS 1.2 without any certificate",
    identity: rsa,
    server: tls12("AECDH-AES128-SHA"),
    client: { ...open, ciphers: `AECDH-AES128-SHA:${weak}` },
    cipher: "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
    group: "x25519",
    signature: undefined,
    legacy: all,
  },
  {
    title: "TLS 1.0, where the scheme is no choice",
    identity: rsa,
    server: { minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: `ALL:${weak}` },
    cipher: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    group: "x25519",
    signature: undefined,
    legacy: all,
  },
];

describe("the handshake of a server", () => {
  for (const { title, identity, server, client = open, ...expected } of cases) {
    it(`is read: ${title}`, async () => {
      const handshake = await captureHandshake(identity, server, client);
      const { cipher, captured, trafficSecret } = handshake;
      assert.equal(cipher, expected.cipher);
      const flight = readServerFlight(captured, { cipher, trafficSecret });
      assert.equal(flight.group?.name, expected.group);
      if (expected.bits !== undefined) assert.equal(flight.group?.bits, expected.bits);
      assert.equal(flight.signatureScheme, expected.signature);
      const legacy = expected.legacy && { compression: false, ...expected.legacy };
      assert.deepEqual(flight.legacy, legacy);
    });
  }
});

describe("a server of old", () => {
  it("acknowledges nothing and compresses", () => {
    const hello = Buffer.concat([
      Buffer.from([3, 3]),
      Buffer.alloc(32, 1),
      Buffer.from([0, 0x00, 0x2f, 1]),
    ]);
    const message = Buffer.concat([Buffer.from([2, 0, 0, hello.length]), hello]);
    const captured = Buffer.concat([Buffer.from([22, 3, 3, 0, message.length]), message]);
    const cipher = "TLS_RSA_WITH_AES_128_CBC_SHA";
    assert.deepEqual(readServerFlight(captured, { cipher, trafficSecret: undefined }).legacy, {
      encryptThenMac: false,
      extendedMasterSecret: false,
      secureRenegotiation: false,
      compression: true,
    });
  });
});

/** Facts come out of any cut of what was captured, more with each byte, never wrong ones. */
describe("a handshake cut short", () => {
  it("tells what it holds and no more", async () => {
    const { captured, cipher, trafficSecret } = await captureHandshake(rsa, {}, open);
    const whole = readServerFlight(captured, { cipher, trafficSecret });
    for (let length = 0; length <= captured.length; length += 1) {
      const flight = readServerFlight(captured.subarray(0, length), { cipher, trafficSecret });
      assert.ok(flight.group === undefined || flight.group.name === whole.group?.name);
      assert.ok(
        flight.signatureScheme === undefined || flight.signatureScheme === whole.signatureScheme,
      );
    }
  });

  it("tells the group also without the secret", async () => {
    const { captured, cipher } = await captureHandshake(rsa, {}, open);
    const flight = readServerFlight(captured, { cipher, trafficSecret: undefined });
    assert.deepEqual(flight, {
      group: { name: "x25519", bits: 255 },
      signatureScheme: undefined,
      legacy: undefined,
    });
  });

  it("is refused when opened with the secret of another", async () => {
    const { captured, cipher } = await captureHandshake(rsa, {}, open);
    const trafficSecret = Buffer.alloc(48, 7);
    assert.throws(() => readServerFlight(captured, { cipher, trafficSecret }), {
      name: "ProtocolError",
      code: "not-authentic",
    });
  });
});

describe("bytes that no server sends", () => {
  const samples: CapturedHandshake[] = [];
  before(async () => {
    samples.push(
      await captureHandshake(rsa, {}, open),
      await captureHandshake(ec, { ciphers: `ALL:${weak}:TLS_AES_128_CCM_SHA256` }, open),
      await captureHandshake(rsa, tls12("ECDHE-RSA-AES128-SHA256"), open),
      await captureHandshake(rsa, tls12("DHE-RSA-AES128-GCM-SHA256", { dhparam: "auto" }), open),
      await captureHandshake(ec, { ecdhCurve: "P-384" }, open),
    );
  });

  function read(captured: Buffer, { cipher, trafficSecret }: CapturedHandshake): boolean {
    try {
      readServerFlight(captured, { cipher, trafficSecret });
      return true;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return false;
    }
  }

  /** Close to the head, where the structure is. */
  function disturb(bytes: Buffer, random: Random): Buffer {
    const head = Math.min(bytes.length, random.pick([48, 160, 700]));
    return Buffer.concat([mutate(bytes.subarray(0, head), random), bytes.subarray(head)]);
  }

  it("end in a ProtocolError or a reading, never in anything else", () => {
    const random = seededRandom(8446);
    let readable = 0;
    const rounds = 20_000;
    for (let count = 0; count < rounds; count += 1) {
      const sample = random.pick(samples);
      if (read(disturb(sample.captured, random), sample)) readable += 1;
    }
    assert.ok(readable > 100 && readable < rounds, `${readable} of ${rounds} could be read`);
  });

  it("are read in bounded time, however small the pieces", () => {
    const [sample] = samples;
    assert.ok(sample);
    const record = Buffer.from([22, 3, 3, 0, 1, 0]);
    const many = Buffer.concat(Array.from({ length: 43_000 }, () => record));
    assert.equal(read(many, sample), true);
  });

  it("of no form at all are no TLS", () => {
    const [sample] = samples;
    assert.ok(sample);
    assert.equal(read(Buffer.from("220 mx.test ESMTP\r\n"), sample), false);
    assert.equal(read(Buffer.from([22, 3, 3, 255, 255]), sample), false);
    assert.equal(read(Buffer.from([22, 3, 3, 0, 4, 2, 255, 255, 255]), sample), false);
    assert.equal(read(Buffer.alloc(0), sample), true);
  });
});
