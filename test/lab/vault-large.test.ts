/**
 * Ten messages of 50 MiB at once through the real Postfix: the milter's memory stays within
 * 200 MiB, and the portal holds none of them while all of them are shown and downloaded at once.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, describe, it, type TestContext } from "node:test";
import { Lab } from "./lab.ts";
import { codeMailsIn, linkIn } from "./sealed-mail.ts";
import { submit } from "./submit.ts";
import { type Download, type OpenedLink, openLink } from "./vault-download.ts";
import { type LargeMail, largeMail } from "./vault-large-mail.ts";
import { waitUntil } from "./wait-until.ts";

const mebibyte = 2 ** 20;
const atOnce = 10;
/** The promise; it takes some 165, most of it Node and buffers. */
const milterLimitMib = 200;
/**
 * Ten messages of 50 MiB held in memory would be 500 MiB more. The portal begins with what its
 * derivations of codes have left behind; on a busy machine it took 207.
 */
const portalLimitMib = 320;
/** Forgets VmHWM, proc_pid_clear_refs(5). */
const resetPeak = "5";
/** Postfix's own limits stand below 50 MiB. */
const mainLines = [
  "message_size_limit = 120000000",
  "mailbox_size_limit = 0",
  "virtual_mailbox_limit = 0",
];

function recipientOf(index: number): string {
  return `large${index}@plain.test`;
}

describe("large messages", () => {
  let lab: Lab;
  let mail: LargeMail;
  const codes = new Map<string, string>();
  const opened: OpenedLink[] = [];

  before(async () => {
    lab = await Lab.start({ mxseal: {}, postfix: { mainLines } });
    mail = largeMail(50 * mebibyte);
    const all = Array.from({ length: atOnce }, (_, index) => recipientOf(index));
    const { reply } = await submit({ from: "alice@company.example", to: all, data: mail.data });
    assert.match(reply ?? "", /^250 /);
    await waitUntil("every code has come", collectCodes, {
      deadlineMs: 300_000,
      explain: async () => JSON.stringify(await lab.postfix.queue()),
    });
  });
  after(async () => {
    await lab[Symbol.asyncDispose]();
  });

  async function collectCodes(): Promise<boolean> {
    for (const one of await codeMailsIn(await lab.postfix.mailbox("alice"))) {
      for (const [recipient, code] of one.codes) codes.set(recipient, code);
    }
    return codes.size >= atOnce;
  }

  async function peakMib(role: string): Promise<number> {
    const [pid, ...more] = await lab.mxseal.processes(role);
    assert.equal(more.length, 0);
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  }

  it("are sealed ten at once within 200 MiB of memory", async (test) => {
    const peak = await peakMib("milter");
    test.diagnostic(`milter: ${peak.toFixed(0)} MiB at most`);
    assert.ok(peak <= milterLimitMib, `${peak} MiB`);
  });

  /** Asserts what the portal took at most while `work` was done. */
  async function withinPortalLimit(test: TestContext, work: () => Promise<void>): Promise<void> {
    // A derivation takes 64 MiB of its own; here it is about the streams.
    const [portal = 0] = await lab.mxseal.processes("portal");
    await writeFile(`/proc/${portal}/clear_refs`, resetPeak);
    const peakBefore = await peakMib("portal");
    await work();
    const peak = await peakMib("portal");
    test.diagnostic(`portal: ${peakBefore.toFixed(0)} MiB before, ${peak.toFixed(0)} MiB at most`);
    assert.ok(peak <= portalLimitMib, `${peak} MiB`);
  }

  it("are opened", async () => {
    for (let index = 0; index < atOnce; index += 1) {
      const notification = await lab.recipients.mailTo(recipientOf(index));
      const code = codes.get(recipientOf(index)) ?? "";
      opened.push(await openLink(await linkIn(notification), code));
    }
  });

  it("stream to ten readers at once without being held in memory, byte for byte", (test) =>
    withinPortalLimit(test, async () => {
      const hashes = await Promise.all(
        opened.map(async (link) => tailHash(await link.original(), mail.data.length)),
      );
      const expected = createHash("sha256").update(mail.data).digest("hex");
      assert.deepEqual(new Set(hashes), new Set([expected]));
    }));

  it("show ten readers at once their text, and give them the files one by one", (test) =>
    withinPortalLimit(test, async () => {
      const pages = await Promise.all(opened.map((link) => link.page()));
      assert.ok(pages.every((page) => page.includes(`>${mail.text}<`)));
      const wanted = opened.map((link, index) => ({ link, number: 1 + (index % 3) }));
      const hashes = await Promise.all(
        wanted.map(async ({ link, number }) => {
          const file = await link.file(number);
          return tailHash(file, file.sizeBytes);
        }),
      );
      const expected = wanted.map(({ number }) =>
        createHash("sha256")
          .update(mail.files[number - 1] ?? "")
          .digest("hex"),
      );
      assert.deepEqual(hashes, expected);
    }));

  /** Of the last `tailBytes`: Postfix has put fields in front. */
  async function tailHash({ sizeBytes, bytes }: Download, tailBytes: number): Promise<string> {
    const hash = createHash("sha256");
    let ahead = sizeBytes - tailBytes;
    for await (const some of bytes) {
      const skipped = Math.min(some.length, ahead);
      ahead -= skipped;
      hash.update(some.subarray(skipped));
    }
    return hash.digest("hex");
  }
});
