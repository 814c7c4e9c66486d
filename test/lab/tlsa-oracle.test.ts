/**
 * Where TLSA records are looked for, with a real validating resolver over signed, unsigned and
 * broken zones: what our lookup finds, and what posttls-finger at level dane-only makes of it.
 */
import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { loadSystemResolver } from "../../src/dns/system-resolver.ts";
import { findMailHosts } from "../../src/probe/mail-host.ts";
import { issueCertificate } from "../support/certificates.ts";
import { tlsaFor } from "../support/dane-server.ts";
import { fingerMissing } from "../support/posttls-finger.ts";
import { domainOf } from "../support/probe-lab.ts";
import { tryCommand } from "./command.ts";
import { MailServer } from "./mail-server.ts";
import { NameServer, type Zone } from "./name-server.ts";
import { takeTurn } from "./turn.ts";

const skip =
  process.env["MXSEAL_LAB"] === "yes" ? fingerMissing : "runs in the lab: scripts/in-lab";
const address = "127.0.3.250";
const identity = issueCertificate({ names: ["elsewhere.test"] });
const tlsa = `TLSA 3 1 1 ${tlsaFor(identity, 3, 1, 1).data.toString("hex")}`;

interface Row {
  readonly title: string;
  readonly domain: string;
  readonly records: Partial<Record<Zone["state"], readonly string[]>>;
  readonly status: string;
  readonly baseDomain: string;
  /** A sign in posttls-finger's output. */
  readonly postfix: RegExp;
}

const verified = /: Verified TLS connection established/;
const unverified = /(?:Untrusted|Anonymous|Trusted) TLS connection established/;
const insecureMx = /MX RRset insecure: log verified as trusted/;

const rows: readonly Row[] = [
  {
    title: "a signed server with signed records",
    domain: "plain.signed.test",
    records: {
      signed: [
        "plain.signed.test. MX 10 mx.plain.signed.test.",
        `mx.plain.signed.test. A ${address}`,
        `_25._tcp.mx.plain.signed.test. ${tlsa}`,
      ],
    },
    status: "usable",
    baseDomain: "mx.plain.signed.test",
    postfix: verified,
  },
  {
    title: "a signed server without records",
    domain: "none.signed.test",
    records: {
      signed: ["none.signed.test. MX 10 mx.none.signed.test.", `mx.none.signed.test. A ${address}`],
    },
    status: "absent",
    baseDomain: "mx.none.signed.test",
    postfix: unverified,
  },
  {
    title: "an unsigned server with records",
    domain: "foreign.signed.test",
    records: {
      signed: ["foreign.signed.test. MX 10 mx.unsigned.test."],
      unsigned: [`mx.unsigned.test. A ${address}`, `_25._tcp.mx.unsigned.test. ${tlsa}`],
    },
    status: "absent",
    baseDomain: "mx.unsigned.test",
    postfix: unverified,
  },
  {
    title: "a signed alias of a signed server, records at its end",
    domain: "end.signed.test",
    records: {
      signed: [
        "end.signed.test. MX 10 alias.end.signed.test.",
        "alias.end.signed.test. CNAME middle.end.signed.test.",
        "middle.end.signed.test. CNAME real.end.signed.test.",
        `real.end.signed.test. A ${address}`,
        `_25._tcp.real.end.signed.test. ${tlsa}`,
      ],
    },
    status: "usable",
    baseDomain: "real.end.signed.test",
    postfix: verified,
  },
  {
    title: "a signed alias of a signed server, records at its own name",
    domain: "own.signed.test",
    records: {
      signed: [
        "own.signed.test. MX 10 alias.own.signed.test.",
        "alias.own.signed.test. CNAME real.own.signed.test.",
        `real.own.signed.test. A ${address}`,
        `_25._tcp.alias.own.signed.test. ${tlsa}`,
      ],
    },
    status: "usable",
    baseDomain: "alias.own.signed.test",
    postfix: verified,
  },
  {
    title: "a signed alias of an unsigned server, records at its own name",
    domain: "out.signed.test",
    records: {
      signed: [
        "out.signed.test. MX 10 alias.out.signed.test.",
        "alias.out.signed.test. CNAME real.unsigned.test.",
        `_25._tcp.alias.out.signed.test. ${tlsa}`,
      ],
      unsigned: [`real.unsigned.test. A ${address}`],
    },
    status: "usable",
    baseDomain: "alias.out.signed.test",
    postfix: verified,
  },
  {
    title: "an unsigned alias of a signed server with records",
    domain: "in.signed.test",
    records: {
      signed: [
        "in.signed.test. MX 10 alias.unsigned.test.",
        `real.in.signed.test. A ${address}`,
        `_25._tcp.real.in.signed.test. ${tlsa}`,
      ],
      unsigned: ["alias.unsigned.test. CNAME real.in.signed.test."],
    },
    status: "absent",
    baseDomain: "alias.unsigned.test",
    postfix: unverified,
  },
  {
    title: "records behind a signed alias",
    domain: "shared.signed.test",
    records: {
      signed: [
        "shared.signed.test. MX 10 mx.shared.signed.test.",
        `mx.shared.signed.test. A ${address}`,
        "_25._tcp.mx.shared.signed.test. CNAME _dane.shared.signed.test.",
        `_dane.shared.signed.test. ${tlsa}`,
      ],
    },
    status: "usable",
    baseDomain: "mx.shared.signed.test",
    postfix: verified,
  },
  {
    title: "records behind an alias into an unsigned zone",
    domain: "loose.signed.test",
    records: {
      signed: [
        "loose.signed.test. MX 10 mx.loose.signed.test.",
        `mx.loose.signed.test. A ${address}`,
        "_25._tcp.mx.loose.signed.test. CNAME _dane.unsigned.test.",
      ],
      unsigned: [`_dane.unsigned.test. ${tlsa}`],
    },
    status: "insecure",
    baseDomain: "mx.loose.signed.test",
    postfix: unverified,
  },
  {
    title: "records behind an alias into a zone whose signatures do not hold",
    domain: "broken.signed.test",
    records: {
      signed: [
        "broken.signed.test. MX 10 mx.broken.signed.test.",
        `mx.broken.signed.test. A ${address}`,
        "_25._tcp.mx.broken.signed.test. CNAME _dane.bogus.test.",
      ],
      bogus: [`_dane.bogus.test. ${tlsa}`],
    },
    status: "failure",
    baseDomain: "mx.broken.signed.test",
    postfix: /TLSA lookup error/,
  },
  {
    title: "a domain that is itself its only server",
    domain: "host.signed.test",
    records: {
      signed: [`host.signed.test. A ${address}`, `_25._tcp.host.signed.test. ${tlsa}`],
    },
    status: "usable",
    baseDomain: "host.signed.test",
    postfix: verified,
  },
  {
    title: "a signed server named by an unsigned MX record",
    domain: "half.unsigned.test",
    records: {
      signed: [`mx.half.signed.test. A ${address}`, `_25._tcp.mx.half.signed.test. ${tlsa}`],
      unsigned: ["half.unsigned.test. MX 10 mx.half.signed.test."],
    },
    status: "usable",
    baseDomain: "mx.half.signed.test",
    postfix: insecureMx,
  },
];

function zones(): readonly Zone[] {
  return (["signed", "unsigned", "bogus"] as const).map((state) => ({
    name: `${state}.test`,
    state,
    records: rows.flatMap(({ records }) => records[state] ?? []),
  }));
}

describe("TLSA records over signed, unsigned and broken zones", { skip }, () => {
  const stack = new AsyncDisposableStack();

  before(async () => {
    const directory = await mkdtemp(join(tmpdir(), "mxseal-tlsa-"));
    stack.use(await takeTurn());
    const nameServer = stack.use(new NameServer(directory));
    await nameServer.start(zones(), ["test"]);
    const at = { host: "mx.test", address };
    const shown = { chain: identity.chainPem, key: identity.keyPem };
    const server = stack.use(new MailServer(at, { startTls: true }, shown));
    await server.listen();
  });

  after(() => stack.disposeAsync());

  for (const { title, domain, status, baseDomain, postfix } of rows) {
    it(`${title}: ${status}`, async () => {
      const resolver = await loadSystemResolver("/etc/resolv.conf", []);
      const { signal } = new AbortController();
      const found = await findMailHosts(
        domainOf(domain),
        (name, type) => resolver.lookup(name, type, signal),
        { hosts: 20, addresses: 20 },
      );
      assert.ok(found.kind === "hosts");
      const { report } = found.hosts[0]?.tlsa ?? {};
      assert.deepEqual([report?.status, report?.baseDomain], [status, baseDomain]);
      assert.equal(found.authentic, domain.endsWith(".signed.test"));

      const command = ["posttls-finger", "-c", "-t", "10", "-T", "10", "-l", "dane-only", domain];
      const { stdout, stderr } = await tryCommand(command);
      assert.match(stdout + stderr, postfix);
    });
  }
});
