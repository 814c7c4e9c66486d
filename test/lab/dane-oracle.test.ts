/**
 * Postfix's own opinion of every server of `dane-cases.ts`: real signed zones, a validating
 * resolver, and posttls-finger at level dane-only. What our check accepts Postfix must accept, and
 * the other way round, but for the differences that are named there, which are tried as well.
 */
import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Tlsa } from "../../src/dane/tlsa.ts";
import { type DaneCase, daneCases, daneZone } from "../support/dane-cases.ts";
import { fingerMissing } from "../support/posttls-finger.ts";
import { tryCommand } from "./command.ts";
import { MailServer } from "./mail-server.ts";
import { NameServer } from "./name-server.ts";
import { takeTurn } from "./turn.ts";

const skip =
  process.env["MXSEAL_LAB"] === "yes" ? fingerMissing : "runs in the lab: scripts/in-lab";

function addressOf(index: number): string {
  return `127.0.3.${index + 1}`;
}

function recordsOf({ domain, host, records }: DaneCase, index: number): readonly string[] {
  return [
    `${domain}. MX 10 ${host}.`,
    `${host}. A ${addressOf(index)}`,
    ...records.map((record) => `_25._tcp.${host}. TLSA ${zoneText(record)}`),
  ];
}

function zoneText({ usage, selector, matchingType, data }: Tlsa): string {
  return `${usage} ${selector} ${matchingType} ${data.toString("hex")}`;
}

describe("Postfix under dane-only", { skip }, () => {
  const stack = new AsyncDisposableStack();

  before(async () => {
    const directory = await mkdtemp(join(tmpdir(), "mxseal-dane-"));
    stack.use(await takeTurn());
    const nameServer = stack.use(new NameServer(directory));
    const records = daneCases.flatMap(recordsOf);
    await nameServer.start([{ name: daneZone, state: "signed", records }], ["test"]);
    for (const [index, { host, presented }] of daneCases.entries()) {
      const at = { host, address: addressOf(index) };
      const chain = presented.map(({ pem }) => pem).join("");
      const server = new MailServer(
        at,
        { startTls: true },
        { chain, key: presented[0]?.keyPem ?? "" },
      );
      await server.listen();
      stack.use(server);
    }
  });

  after(() => stack.disposeAsync());

  for (const one of daneCases) {
    const { title, domain, expected, postfixDiffers } = one;
    const ours = ["ee", "ta"].includes(expected);
    const theirs = postfixDiffers === undefined ? ours : !ours;
    const reason = postfixDiffers === undefined ? "" : `, unlike us: ${postfixDiffers}`;
    it(`${theirs ? "accepts" : "refuses"} ${title}${reason}`, async () => {
      const command = ["posttls-finger", "-c", "-t", "10", "-T", "10", "-l", "dane-only", domain];
      const { stdout, stderr } = await tryCommand(command);
      const said = stdout + stderr;
      assert.match(said, /TLS connection established/);
      assert.equal(/: Verified TLS connection established/.test(said), theirs, said);
    });
  }
});
