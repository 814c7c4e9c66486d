/** Renewals good and bad, in real files; time moves only when a test says so. */
import assert from "node:assert/strict";
import { chmod, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { CertificateWatch } from "../../src/daemon/certificate-watch.ts";
import { type CertificatePaths, readCertificate } from "../../src/portal/certificate-files.ts";
import { ecKey, ed25519Key, type Identity, rsaKey } from "../support/certificates.ts";
import { FixedClock } from "../support/fixed-clock.ts";
import { RecordingLog } from "../support/recording-log.ts";
import {
  certificatePathsIn,
  issueForPortal,
  portalName,
  putCertificate,
} from "../support/server-certificate.ts";
import { tempDirectory } from "../support/temp-directory.ts";

const dayMs = 86_400_000;

interface World extends AsyncDisposable {
  readonly paths: CertificatePaths;
  readonly clock: FixedClock;
  readonly log: RecordingLog;
  readonly watch: CertificateWatch;
  readonly taken: string[];
}

async function openWorld(first: Identity): Promise<World> {
  const directory = await tempDirectory();
  const paths = certificatePathsIn(directory.path);
  const clock = new FixedClock(Date.now());
  const log = new RecordingLog();
  const taken: string[] = [];
  await putCertificate(paths, first);
  const watch = await CertificateWatch.start({
    paths,
    host: portalName,
    take: ({ cert }) => taken.push(cert),
    clock,
    log,
  });
  const dispose = () => directory[Symbol.asyncDispose]();
  return { paths, clock, log, watch, taken, [Symbol.asyncDispose]: dispose };
}

describe("the certificate's files", () => {
  it("are taken once, and again when they are renewed", async () => {
    const [first, second] = [issueForPortal(), issueForPortal()];
    await using world = await openWorld(first);
    await world.watch.tick();
    assert.deepEqual(world.taken, [first.chainPem]);
    await putCertificate(world.paths, second);
    await world.watch.tick();
    await world.watch.tick();
    assert.deepEqual(world.taken, [first.chainPem, second.chainPem]);
    assert.deepEqual(
      world.log.lines.map(({ text }) => text),
      ["the portal has a new certificate"],
    );
  });

  it("may be links that are turned to another directory", async () => {
    const [first, second] = [issueForPortal(), issueForPortal()];
    await using directory = await tempDirectory();
    await using world = await openWorld(first);
    await putCertificate(certificatePathsIn(directory.path), second);
    for (const [path, name] of [
      [world.paths.privateKey, "privkey.pem"],
      [world.paths.certificate, "fullchain.pem"],
    ] as const) {
      await unlink(path);
      await symlink(join(directory.path, name), path);
    }
    await world.watch.tick();
    assert.deepEqual(world.taken, [first.chainPem, second.chainPem]);
  });

  const broken: readonly (readonly [string, (world: World) => Promise<void>, RegExp])[] = [
    [
      "half written",
      ({ paths }) => writeFile(paths.certificate, issueForPortal().chainPem.slice(0, 300)),
      /fullchain\.pem holds no certificate/,
    ],
    [
      "of two pairs",
      ({ paths }) => writeFile(paths.certificate, issueForPortal().chainPem),
      /privkey\.pem is not the key of the certificate/,
    ],
    [
      "expired",
      ({ paths }) =>
        putCertificate(paths, issueForPortal({ notAfter: new Date(Date.now() - dayMs / 2) })),
      /fullchain\.pem expired on /,
    ],
    [
      "of a kind that no browser takes from us",
      ({ paths }) => putCertificate(paths, issueForPortal({ key: ed25519Key() })),
      /fullchain\.pem is none of RSA or of ECDSA/,
    ],
    [
      "of a curve that no browser takes from us",
      ({ paths }) => putCertificate(paths, issueForPortal({ key: ecKey("secp256k1") })),
      /fullchain\.pem is none of RSA or of ECDSA/,
    ],
    ["gone", ({ paths }) => unlink(paths.certificate), /fullchain\.pem cannot be read: ENOENT/],
    ["open to others", ({ paths }) => chmod(paths.privateKey, 0o644), /privkey\.pem has mode 0644/],
    [
      "without a key",
      ({ paths }) => writeFile(paths.privateKey, "nothing"),
      /privkey\.pem holds no private key/,
    ],
  ];
  for (const [what, breakIt, text] of broken) {
    it(`change nothing while they are ${what}, and the log says so once`, async () => {
      const [first, second] = [issueForPortal(), issueForPortal()];
      await using world = await openWorld(first);
      await breakIt(world);
      await world.watch.tick();
      assert.equal(world.log.lines.length, 0);
      for (let look = 0; look < 5; look += 1) await world.watch.tick();
      assert.deepEqual(world.taken, [first.chainPem]);
      assert.equal(world.log.lines.length, 1);
      const [line] = world.log.at("error");
      assert.ok(line !== undefined);
      assert.match(line.text, /^the old certificate stays in force: /);
      assert.match(line.text, text);
      assert.equal(line.fields["code"], "MXSEAL_CERTIFICATE_UNUSABLE");
      assert.match(String(line.fields["advice"]), /portal\.private_key/);
      await putCertificate(world.paths, second);
      await world.watch.tick();
      assert.deepEqual(world.taken, [first.chainPem, second.chainPem]);
    });
  }

  it("are taken when their time comes, although they do not change", async () => {
    const first = issueForPortal();
    const notBefore = new Date(Date.now() + dayMs);
    const second = issueForPortal({ notBefore });
    await using world = await openWorld(first);
    await putCertificate(world.paths, second);
    await world.watch.tick();
    assert.deepEqual(world.taken, [first.chainPem]);
    world.clock.advance(2 * dayMs);
    await world.watch.tick();
    assert.deepEqual(world.taken, [first.chainPem, second.chainPem]);
  });

  it("are warned of in time, once a day, and worse when it is too late", async () => {
    await using world = await openWorld(
      issueForPortal({ notAfter: new Date(Date.now() + 15 * dayMs) }),
    );
    await world.watch.tick();
    assert.deepEqual(world.log.lines, []);
    world.clock.advance(2 * dayMs);
    for (let look = 0; look < 3; look += 1) await world.watch.tick();
    assert.equal(world.log.at("warn").length, 1);
    world.clock.advance(dayMs);
    await world.watch.tick();
    assert.equal(world.log.at("warn").length, 2);
    world.clock.advance(13 * dayMs);
    await world.watch.tick();
    assert.match(world.log.at("error")[0]?.text ?? "", /has expired/);
  });

  it("are taken with any key that browsers can use", async () => {
    await using world = await openWorld(issueForPortal());
    for (const key of [ecKey("P-384"), ecKey("P-521"), rsaKey(2048)]) {
      await putCertificate(world.paths, issueForPortal({ key }));
      await world.watch.tick();
    }
    assert.equal(world.taken.length, 4);
    assert.deepEqual(world.log.at("error"), []);
  });

  it("are warned of, once a day, when they do not name the host of the links", async () => {
    await using world = await openWorld(issueForPortal());
    await putCertificate(world.paths, issueForPortal({ names: ["other.example"] }));
    for (let look = 0; look < 3; look += 1) await world.watch.tick();
    assert.equal(world.taken.length, 2);
    assert.deepEqual(
      world.log.at("warn").map(({ text }) => text),
      [`the portal's certificate does not name ${portalName}: browsers that come to it refuse it`],
    );
  });

  it("are refused at the start when they cannot be used", async () => {
    await using directory = await tempDirectory();
    const paths = certificatePathsIn(directory.path);
    await assert.rejects(readCertificate(paths, Date.now()), {
      code: "MXSEAL_CERTIFICATE_UNUSABLE",
    });
  });
});
