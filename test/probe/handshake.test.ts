/** The handshake with servers that are not Node's, and what becomes of the connection. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { describe, it } from "node:test";
import { createDeliveryTls } from "../../src/probe/delivery-tls.ts";
import {
  type Handshake,
  type HandshakeOutcome,
  performHandshake,
} from "../../src/probe/handshake.ts";
import type { HandshakeFacts } from "../../src/tls-profile/handshake-facts.ts";
import { profileOf } from "../../src/tls-profile/profile-of.ts";
import type { ProfileName } from "../../src/tls-profile/tls-profile.ts";
import { type Identity, issueCertificate, rsaKey } from "../support/certificates.ts";
import { OpensslServer, opensslMissing } from "../support/openssl-server.ts";
import { SmtpServer } from "../support/smtp-server.ts";

const authority = issueCertificate({ commonName: "Test Root CA", isAuthority: true });
const middle = issueCertificate({
  commonName: "Test Issuing CA",
  isAuthority: true,
  issuer: authority,
});
const rsa = issueCertificate({ names: ["mx.test"], issuer: middle, key: rsaKey(2048) });
const ec = issueCertificate({ names: ["mx.test"], issuer: middle });
const trust = {
  path: "ca.pem",
  pem: authority.pem,
  anchors: [new X509Certificate(authority.pem)],
};
const offers = {
  bcp195: createDeliveryTls(profileOf("bcp195"), trust),
  bsi: createDeliveryTls(profileOf("bsi"), trust),
  "bsi-strict": createDeliveryTls(profileOf("bsi-strict"), trust),
};
type OfferName = ProfileName | "open";

function contextOf(name: OfferName): Parameters<typeof performHandshake>[1] {
  return name === "open" ? offers.bsi.open : offers[name].delivery;
}

async function shake(
  port: number,
  context: Parameters<typeof performHandshake>[1],
): Promise<HandshakeOutcome> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  try {
    return await performHandshake(socket, context, "mx.test", AbortSignal.timeout(10_000));
  } finally {
    socket.destroy();
  }
}

interface Case {
  readonly title: string;
  readonly identity: Identity;
  readonly options: readonly string[];
  readonly offer: OfferName;
  /** undefined: refused. */
  readonly facts: Partial<HandshakeFacts> | undefined;
}

const modern = {
  encryptThenMac: false,
  extendedMasterSecret: true,
  secureRenegotiation: true,
  compression: false,
};
const cbc = ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256"];
const pkcs1 = ["-tls1_2", "-sigalgs", "RSA+SHA256", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384"];
const staticRsa = ["-tls1_2", "-cipher", "AES128-GCM-SHA256"];
const chacha = ["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256", "-tls1_3"];
const x25519 = ["-groups", "X25519"];

const cases: readonly Case[] = [
  {
    title: "an OpenSSL as it comes",
    identity: rsa,
    options: [],
    offer: "bsi",
    facts: {
      protocol: "TLSv1.3",
      keyExchange: { name: "secp256r1", bits: 256 },
      signatureScheme: "rsa_pss_rsae_sha256",
      legacy: undefined,
    },
  },
  {
    title: "the same to BCP 195",
    identity: ec,
    options: [],
    offer: "bcp195",
    facts: {
      keyExchange: { name: "x25519", bits: 255 },
      signatureScheme: "ecdsa_secp256r1_sha256",
    },
  },
  {
    title: "CBC with encrypt-then-MAC",
    identity: rsa,
    options: cbc,
    offer: "open",
    facts: { legacy: { ...modern, encryptThenMac: true } },
  },
  {
    title: "CBC without encrypt-then-MAC",
    identity: rsa,
    options: [...cbc, "-no_etm"],
    offer: "open",
    facts: { legacy: modern },
  },
  {
    title: "CBC only",
    identity: rsa,
    options: cbc,
    offer: "bsi",
    facts: undefined,
  },
  {
    title: "CBC only",
    identity: rsa,
    options: cbc,
    offer: "bcp195",
    facts: { legacy: { ...modern, encryptThenMac: true } },
  },
  {
    title: "Brainpool in TLS 1.2",
    identity: rsa,
    options: ["-tls1_2", "-groups", "brainpoolP256r1"],
    offer: "bsi-strict",
    facts: { protocol: "TLSv1.2", keyExchange: { name: "brainpoolP256r1", bits: 256 } },
  },
  {
    title: "PKCS#1 signatures only",
    identity: rsa,
    options: pkcs1,
    offer: "bsi",
    facts: { signatureScheme: "rsa_pkcs1_sha256", legacy: modern },
  },
  {
    title: "PKCS#1 signatures only",
    identity: rsa,
    options: pkcs1,
    offer: "bsi-strict",
    facts: undefined,
  },
  {
    title: "static RSA only",
    identity: rsa,
    options: staticRsa,
    offer: "open",
    facts: {
      cipher: { iana: "TLS_RSA_WITH_AES_128_GCM_SHA256", openssl: "AES128-GCM-SHA256" },
      keyExchange: { name: "RSA", bits: undefined },
      signatureScheme: undefined,
    },
  },
  {
    title: "static RSA only",
    identity: rsa,
    options: staticRsa,
    offer: "bsi",
    facts: undefined,
  },
  {
    title: "X25519 only",
    identity: rsa,
    options: x25519,
    offer: "bsi",
    facts: { keyExchange: { name: "x25519", bits: 255 } },
  },
  {
    title: "X25519 only",
    identity: rsa,
    options: x25519,
    offer: "bsi-strict",
    facts: undefined,
  },
  {
    title: "ChaCha20 only",
    identity: rsa,
    options: chacha,
    offer: "open",
    facts: { signatureScheme: "rsa_pss_rsae_sha256" },
  },
  {
    title: "ChaCha20 only",
    identity: rsa,
    options: chacha,
    offer: "bsi",
    facts: undefined,
  },
  {
    title: "AES-CCM only",
    identity: ec,
    options: ["-ciphersuites", "TLS_AES_128_CCM_SHA256", "-tls1_3"],
    offer: "bsi-strict",
    facts: { signatureScheme: "ecdsa_secp256r1_sha256" },
  },
  {
    title: "TLS 1.1 only",
    identity: rsa,
    options: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
    offer: "open",
    facts: { protocol: "TLSv1.1", signatureScheme: undefined },
  },
];

describe("a handshake with OpenSSL's own server", { skip: opensslMissing }, () => {
  for (const { title, identity, options, offer, facts } of cases) {
    it(`${facts ? "tells of" : "is refused by"} ${title}, offered ${offer}`, async () => {
      await using server = await OpensslServer.start(identity, options);
      const outcome = await shake(server.port, contextOf(offer));
      assert.equal(outcome.kind, facts ? "done" : "refused");
      if (outcome.kind !== "done") return;
      assert.equal(outcome.handshake.trustError, undefined);
      const found = outcome.handshake.facts;
      for (const [key, expected] of Object.entries(facts ?? {})) {
        assert.deepEqual(found[key as keyof HandshakeFacts], expected, JSON.stringify(found));
      }
    });
  }
});

describe("a handshake that trusts one certificate alone", () => {
  const server = issueCertificate({ names: ["mx.test"], issuer: middle });
  const withRoot = { ...server, chainPem: server.chainPem + authority.pem };
  const stranger = issueCertificate({ commonName: "Test Issuing CA", isAuthority: true });

  async function trustErrorFor(identity: Identity, pem: string): Promise<string | undefined> {
    await using smtp = await SmtpServer.start({ identity });
    const context = offers.bsi.forAnchor(new X509Certificate(pem));
    return (await secured(smtp, context)).trustError;
  }

  it("believes the root, the authority in between, and the server's own", async () => {
    assert.equal(await trustErrorFor(withRoot, authority.pem), undefined);
    assert.equal(await trustErrorFor(server, middle.pem), undefined);
    assert.equal(await trustErrorFor(server, server.pem), undefined);
  });

  it("believes no other, whatever the CA file holds", async () => {
    assert.notEqual(await trustErrorFor(withRoot, stranger.pem), undefined);
    assert.notEqual(await trustErrorFor(withRoot, rsa.pem), undefined);
  });
});

/** Through STARTTLS of a server of the tests. */
async function secured(
  smtp: SmtpServer,
  context: Parameters<typeof performHandshake>[1],
): Promise<Handshake> {
  const socket = connect(smtp.port, "127.0.0.1");
  await once(socket, "data");
  socket.write("STARTTLS\r\n");
  await once(socket, "data");
  const outcome = await performHandshake(socket, context, "mx.test", AbortSignal.timeout(10_000));
  assert.equal(outcome.kind, "done");
  if (outcome.kind !== "done") throw new Error("not done");
  outcome.socket.end("QUIT\r\n").resume();
  await once(outcome.socket, "close");
  assert.equal(socket.destroyed, true);
  return outcome.handshake;
}

describe("the connection under a handshake", () => {
  it("carries QUIT within TLS and is gone when the TLS socket is", async () => {
    await using smtp = await SmtpServer.start({ identity: ec });
    await secured(smtp, offers.bsi.delivery);
    assert.deepEqual(smtp.heard, ["STARTTLS", "QUIT"]);
  });

  it("may present a hundred certificates, of more none is looked at", async () => {
    const crowd = Array.from({ length: 120 }, () => authority.pem).join("");
    await using smtp = await SmtpServer.start({ identity: { ...ec, chainPem: ec.pem + crowd } });
    const { presented, facts } = await secured(smtp, offers.bsi.delivery);
    assert.equal(presented.length, 100);
    assert.equal(facts.signatureScheme, "ecdsa_secp256r1_sha256");
  });

  async function outcomeWith(
    serve: (socket: Socket) => void,
    signal = AbortSignal.timeout(10_000),
  ): Promise<{ readonly outcome: HandshakeOutcome; readonly socket: Socket }> {
    const server: Server = createServer((socket) => serve(socket.on("error", () => undefined)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("not listening");
    const socket = connect(address.port, "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    try {
      const { delivery } = offers.bsi;
      return { outcome: await performHandshake(socket, delivery, "mx.test", signal), socket };
    } finally {
      server.close();
    }
  }

  it("is interrupted by a reset, by an end and by silence, each in its way", async () => {
    const reset = await outcomeWith((socket) =>
      socket.once("data", () => socket.resetAndDestroy()),
    );
    assert.equal(reset.outcome.kind, "interrupted");
    const end = await outcomeWith((socket) => socket.once("data", () => socket.end()));
    assert.equal(end.outcome.kind, "interrupted");
    const controller = new AbortController();
    const silence = await outcomeWith((socket) => {
      socket.once("data", () => controller.abort());
    }, controller.signal);
    assert.equal(silence.outcome.kind, "aborted");
    for (const { socket } of [reset, end, silence]) {
      if (!socket.destroyed) await once(socket, "close");
    }
  });

  it("is refused when something else than TLS comes", async () => {
    const { outcome } = await outcomeWith((socket) => socket.write("554 no TLS today\r\n"));
    assert.equal(outcome.kind, "refused");
  });
});
