/** Every kind of TLSA record against the certificates of real TLS servers. */
import assert from "node:assert/strict";
import type { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { describe, it } from "node:test";
import { connect, createServer } from "node:tls";
import { keepStrongest } from "../../src/dane/digest-agility.ts";
import { suggestTlsa } from "../../src/dane/tlsa-text.ts";
import { findTlsaFault } from "../../src/dane/tlsa-usability.ts";
import type { ShownCertificates, VerifyByAnchor } from "../../src/probe/dane-authority.ts";
import { checkDane, type DaneCheck } from "../../src/probe/dane-check.ts";
import { type Identity, issueCertificate } from "../support/certificates.ts";
import { type DaneCase, daneCases } from "../support/dane-cases.ts";
import { readIdentity, tlsaFor } from "../support/dane-server.ts";

const where = { host: "mx.corp.test", address: "192.0.2.1" };

/** A server that shows these certificates, and with each further connection the next of them. */
class TlsPeer implements AsyncDisposable {
  readonly #server = createServer({ ciphers: "DEFAULT@SECLEVEL=0" });
  connections = 0;

  static async start(...chains: readonly (readonly Identity[])[]): Promise<TlsPeer> {
    const peer = new TlsPeer();
    const show = (identities: readonly Identity[] = []): void => {
      const cert = identities.map(({ pem }) => pem).join("");
      peer.#server.setSecureContext({ cert, key: identities[0]?.keyPem ?? "" });
    };
    show(chains[0]);
    peer.#server.on("secureConnection", (socket) => socket.on("error", () => undefined));
    // Heard after the server's own listener, which takes the certificates of this moment.
    peer.#server.on("connection", () => {
      peer.connections += 1;
      show(chains[Math.min(peer.connections, chains.length - 1)]);
    });
    peer.#server.listen(0, "127.0.0.1");
    await once(peer.#server, "listening");
    return peer;
  }

  /** As a probe does: everything is let in, and OpenSSL's word is taken down. */
  async shake(anchor?: X509Certificate): Promise<ShownCertificates> {
    const address = this.#server.address();
    assert.ok(address !== null && typeof address === "object");
    const socket = connect({
      port: address.port,
      host: "127.0.0.1",
      ca: anchor === undefined ? [] : [anchor.toString()],
      allowPartialTrustChain: true,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ciphers: "DEFAULT@SECLEVEL=1",
    });
    try {
      await once(socket, "secureConnect");
      const presented: X509Certificate[] = [];
      let next = socket.getPeerX509Certificate();
      for (; next !== undefined; next = next.issuerCertificate) presented.push(next);
      const error: unknown = socket.authorizationError;
      return { presented, trustError: socket.authorized ? undefined : String(error) };
    } finally {
      socket.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    await once(this.#server, "close");
  }
}

async function check(
  one: Pick<DaneCase, "domain" | "host" | "records">,
  shown: ShownCertificates,
  verify: VerifyByAnchor,
): Promise<DaneCheck> {
  const usable = one.records.filter((record) => findTlsaFault(record) === undefined);
  const expectation = {
    records: keepStrongest(usable),
    baseDomain: one.host,
    otherNames: [one.domain],
    port: 25,
    nowMs: Date.now(),
  };
  return checkDane(shown, expectation, where, verify);
}

function summary(result: DaneCheck): string {
  return result.kind === "matched" ? result.usage : (result.findings[0]?.code ?? result.kind);
}

describe("the certificates of a server with TLSA records", () => {
  for (const one of daneCases) {
    it(`${one.title}: ${one.expected}`, async () => {
      await using peer = await TlsPeer.start(one.presented);
      const shown = await peer.shake();
      assert.equal(shown.presented.length, one.presented.length);
      const result = await check(one, shown, ({ certificate }) => peer.shake(certificate));
      assert.equal(summary(result), one.expected);
      assert.equal(peer.connections - 1, one.handshakes);
      assert.equal(result.kind, ["ee", "ta"].includes(one.expected) ? "matched" : "mismatch");
      assert.deepEqual({ ...result.findings[0], ...where }, result.findings[0]);
    });
  }
});

const root = issueCertificate({ commonName: "Root", isAuthority: true });
const sub = issueCertificate({ commonName: "Sub", isAuthority: true, issuer: root });
const leaf = issueCertificate({ names: ["mx.corp.test"], issuer: sub });
const renewed = issueCertificate({ names: ["mx.corp.test"], issuer: sub });
const foreign = issueCertificate({ names: ["elsewhere.test"], issuer: sub });
const place = { domain: "corp.test", host: "mx.corp.test" };
const bySub = { ...place, records: [tlsaFor(sub, 2, 0, 1)] };

describe("what is told of it", () => {
  it("on a match: the record and where the path ends", async () => {
    await using peer = await TlsPeer.start([leaf, sub]);
    const shown = await peer.shake();
    const result = await check(bySub, shown, ({ certificate }) => peer.shake(certificate));
    assert.ok(result.kind === "matched");
    assert.equal(result.anchor?.fingerprint256, readIdentity(sub).fingerprint256);
    assert.match(result.record, /^2 0 1 [0-9a-f]{64}$/);
    assert.deepEqual(result.findings[0]?.facts, [result.record]);
  });

  it("on a mismatch: where the records stand and which one would match", async () => {
    const records = [tlsaFor(root, 3, 1, 1)];
    await using peer = await TlsPeer.start([leaf, sub]);
    const result = await check({ ...place, records }, await peer.shake(), () =>
      assert.fail("no authority is named"),
    );
    const expected = ["_25._tcp.mx.corp.test", suggestTlsa(readIdentity(leaf))];
    assert.deepEqual(result.findings[0]?.facts, expected);
  });

  it("without a certificate: that there is none", async () => {
    const result = await check(bySub, { presented: [], trustError: "any" }, () =>
      assert.fail("nothing to verify"),
    );
    assert.deepEqual([result.kind, result.findings[0]?.code], ["mismatch", "certificate-missing"]);
  });

  it("when the handshake cannot be repeated: that it is not known", async () => {
    await using peer = await TlsPeer.start([leaf, sub]);
    const result = await check(bySub, await peer.shake(), async () => "unavailable");
    assert.equal(result.kind, "unknown");
    assert.deepEqual(
      result.findings.map(({ severity }) => severity),
      ["unknown"],
    );
  });
});

describe("several machines behind one address", () => {
  const both = async (second: readonly Identity[]): Promise<DaneCheck> => {
    await using peer = await TlsPeer.start([leaf, sub], second);
    return await check(bySub, await peer.shake(), ({ certificate }) => peer.shake(certificate));
  };

  it("may each have a certificate of the same authority", async () => {
    assert.equal(summary(await both([renewed, sub])), "ta");
  });

  it("must each bear the name", async () => {
    assert.equal(summary(await both([foreign, sub])), "dane-name-mismatch");
  });

  it("must each send the authority", async () => {
    assert.equal(summary(await both([renewed])), "dane-ta-untrusted");
  });
});

describe("the effort for one server", () => {
  it("is two handshakes at most, however many authorities are named", async () => {
    // Each is valid in its own way, and none is believed.
    const twins = Array.from({ length: 6 }, () =>
      issueCertificate({ commonName: "Sub", isAuthority: true, issuer: root, key: sub.key }),
    );
    const presented = [leaf, ...twins];
    const records = twins.map((twin) => tlsaFor(twin, 2, 0, 1));
    let handshakes = 0;
    const shown = { presented: presented.map(readIdentity), trustError: "any" };
    const result = await check({ ...place, records }, shown, async () => {
      handshakes += 1;
      return { ...shown, trustError: "INVALID_CA" };
    });
    assert.equal(handshakes, 2);
    assert.equal(result.findings[0]?.code, "dane-ta-untrusted");
    assert.equal(result.findings[0]?.facts?.[1], "invalid ca");
  });

  it("goes on to a second authority when the path to the first is not valid", async () => {
    const [first, second] = [1, 2].map(() =>
      issueCertificate({ commonName: "Sub", isAuthority: true, issuer: root, key: sub.key }),
    );
    assert.ok(first && second);
    const shown = { presented: [leaf, first, second].map(readIdentity), trustError: "any" };
    const records = [tlsaFor(first, 2, 0, 1), tlsaFor(second, 2, 0, 1)];
    const asked: string[] = [];
    const result = await check({ ...place, records }, shown, async ({ certificate }) => {
      asked.push(certificate.fingerprint256);
      return { ...shown, trustError: asked.length === 1 ? "INVALID_CA" : undefined };
    });
    assert.equal(result.kind, "matched");
    assert.equal(new Set(asked).size, 2);
  });
});
