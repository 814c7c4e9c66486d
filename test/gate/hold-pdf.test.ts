/** A rule's PDF way through the hold port, with the real qpdf. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import type { HoldOutcome } from "../../src/gate/hold-message.ts";
import { type PdfMaker, QpdfMaker } from "../../src/gate/pdf-maker.ts";
import { pdfKeptMs } from "../../src/gate/seal-pdf.ts";
import { type SealOptions, usualSealOptions } from "../../src/rules/seal-options.ts";
import { readMail } from "../mime/read-mail.ts";
import { openPdf } from "../support/pdf-tools.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { sampleDecisions } from "../support/sample-decisions.ts";
import {
  aBody,
  aFields,
  delivered,
  HoldWorld,
  linkIn,
  originalBytes,
  sealTo,
} from "./hold-world.ts";

const dayMs = 86_400_000;
const maker = new QpdfMaker({ maxBytes: 100_000, log: new RecordingLog() });

async function worldFor(options: Partial<SealOptions>): Promise<HoldWorld> {
  const world = await HoldWorld.create();
  setOptions(world, options);
  return world;
}

function setOptions(world: HoldWorld, change: Partial<SealOptions>): void {
  const options = { ...usualSealOptions, ...change };
  const { seal } = sampleDecisions;
  assert.equal(seal.kind, "seal");
  world.decider.decisions.set(sealTo, { ...seal, options });
}

async function pdfIn(outcome: HoldOutcome): Promise<Buffer> {
  const { fields, body } = delivered(outcome);
  const [attached, ...more] = (await readMail(fields, body)).attachments;
  assert.ok(attached && more.length === 0);
  assert.equal(attached.mimeType, "application/pdf");
  assert.match(attached.filename ?? "", /^message-[0-9A-Z]{8}\.pdf$/);
  assert.ok(attached.content instanceof ArrayBuffer);
  return Buffer.from(attached.content);
}

describe("a message whose rule wants a PDF", () => {
  it("leaves as a PDF that opens with the mailed code to the very bytes", async () => {
    await using world = await worldFor({ way: "pdf" });
    const outcome = await world.send({}, world.port({ pdf: maker }));
    const { fields, body } = delivered(outcome);
    const wire = JSON.stringify(fields) + body.toString("latin1");
    assert.ok(!wire.includes("SECRET") && !wire.includes("post.own.example/m/"));
    const jobs = await world.jobs();
    assert.equal(jobs.length, 1);
    assert.equal(jobs[0]?.way, "pdf");
    assert.match(jobs[0].code, /^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
    const opened = await openPdf(await pdfIn(outcome), jobs[0].code);
    assert.ok(opened?.files.get("original.eml")?.equals(originalBytes(aFields, aBody)));
    assert.match(opened?.text ?? "", /SECRET subject[^]*SECRET body/);
    const { text = "" } = await readMail(fields, body);
    assert.match(text, /Geben Sie als Passwort den Code ein[^]*Enter the code as its password/);
    assert.equal(world.log.at("info").at(-1)?.fields["as"], "pdf");
  });

  it("has the same code, and no second code mail, when Postfix offers it again", async () => {
    await using world = await worldFor({ way: "pdf" });
    const port = world.port({ pdf: maker });
    await world.send({}, port);
    const jobs = await world.jobs();
    const [job] = jobs;
    world.clock.advance(5 * dayMs);
    // The rule has changed meanwhile: the sender was told a code for a PDF, so it stays one.
    setOptions(world, {});
    const again = await world.send({ pieceBytes: 3 }, port);
    assert.deepEqual(await world.jobs(), jobs);
    const opened = await openPdf(await pdfIn(again), job?.code);
    assert.ok(opened?.files.get("original.eml")?.equals(originalBytes(aFields, aBody)));
    assert.equal(await world.store.sealed.count(), 1);
  });

  it("is not followed by a mail that holds its code", async () => {
    await using world = await worldFor({ way: "pdf" });
    const port = world.port({ pdf: maker });
    await world.send({}, port);
    const [job] = await world.jobs();
    const body = Buffer.from(`Das Passwort ist ${job?.code.toLowerCase()}\r\n`);
    const outcome = await world.send({ body }, port);
    assert.deepEqual(outcome, { kind: "refuse", why: { kind: "code-leak", id: job?.id } });
  });

  it("has a code of its own for each recipient", async () => {
    await using world = await worldFor({ way: "pdf" });
    const port = world.port({ pdf: maker });
    const otto = { address: "otto@plain.example", notify: undefined, orcpt: undefined };
    world.decider.decisions.set(otto.address, world.decider.decide(sealTo));
    await world.send({}, port);
    const pdf = await pdfIn(await world.send({ message: { recipients: [otto] } }, port));
    const [erna, own] = await world.jobs();
    assert.equal(await openPdf(pdf, erna?.code), undefined);
    assert.ok(await openPdf(pdf, own?.code));
  });

  it("is kept as long as Postfix may offer it, sealed, and opens to no code of the portal", async () => {
    await using world = await worldFor({ way: "pdf" });
    await world.send({}, world.port({ pdf: maker }));
    const files = Buffer.concat(await world.storeFiles());
    const code = (await world.jobs())[0]?.code ?? "?";
    for (const secret of ["SECRET", code, code.replaceAll("-", "")]) {
      assert.ok(!files.includes(secret));
    }
    assert.ok(!JSON.stringify(world.log.lines).includes(code));
    assert.equal(await world.store.sealed.sweep(world.clock.now() + pdfKeptMs - 1, 10), 0);
    assert.equal(await world.store.sealed.sweep(world.clock.now() + pdfKeptMs, 10), 1);
    const late = await world.send({}, world.port({ pdf: maker }));
    assert.deepEqual(late, { kind: "refuse", why: { kind: "expired" } });
  });

  it("takes the portal when it is too large, and the log says why", async () => {
    await using world = await worldFor({ way: "pdf" });
    const body = Buffer.alloc(100_001, "x");
    const outcome = await world.send({ body }, world.port({ pdf: maker }));
    const code = (await world.jobs())[0]?.code ?? "";
    assert.ok(await world.open(await linkIn(outcome), code));
    assert.match(world.log.at("info").at(-1)?.text ?? "", /too large for the PDF/);
  });

  it("waits, with nothing kept and no code mailed, while no PDF can be made here", async () => {
    await using world = await worldFor({ way: "pdf" });
    const away = new QpdfMaker({ maxBytes: 1e6, log: world.log, command: "/nonexistent/qpdf" });
    for (const pdf of [undefined, away]) {
      const outcome = await world.send({}, world.port({ pdf }));
      assert.deepEqual(outcome, { kind: "wait", why: "trouble" });
    }
    assert.equal(await world.store.sealed.count(), 0);
    assert.deepEqual(await world.jobs(), []);
    assert.match(JSON.stringify(world.log.at("error")), /qpdf is installed/);
  });

  it("waits when the making fails, and goes out with the mailed code as soon as it works", async () => {
    await using world = await worldFor({ way: "pdf" });
    const failing: PdfMaker = {
      maxBytes: 1e6,
      check: async () => undefined,
      make: () => Promise.reject(new MxsealError("MXSEAL_PDF_FAILED", "no room")),
    };
    const outcome = await world.send({}, world.port({ pdf: failing }));
    assert.deepEqual(outcome, { kind: "wait", why: "trouble" });
    const later = await world.send({}, world.port({ pdf: maker }));
    assert.ok(await openPdf(await pdfIn(later), (await world.jobs())[0]?.code));
    assert.equal((await world.jobs()).length, 1);
  });

  it("is known again by its mark when it comes back", async () => {
    await using world = await worldFor({ way: "pdf" });
    const port = world.port({ pdf: maker });
    const { fields, body } = delivered(await world.send({}, port));
    const back = await world.send({ message: { fields }, body }, port);
    assert.ok(back.kind === "notify" && back.again === true && back.body === undefined);
    assert.equal(await world.store.sealed.count(), 1);
  });
});

describe("a message whose rule says how the portal keeps it", () => {
  it("expires when the rule says, else as configured", async () => {
    await using world = await worldFor({ expiresAfterMs: 14 * dayMs });
    await world.send();
    setOptions(world, {});
    await world.send({ body: Buffer.from("another\r\n") });
    const ends = (await world.jobs()).map(({ expiresAt }) => expiresAt - world.clock.now());
    assert.deepEqual(new Set(ends), new Set([14 * dayMs, 30 * dayMs]));
  });

  it("keeps its subject only where the rule says so", async () => {
    await using world = await worldFor({ subject: "keep" });
    const subjectOf = async (): Promise<string | undefined> => {
      const { fields, body } = delivered(await world.send());
      return (await readMail(fields, body)).subject;
    };
    assert.equal(await subjectOf(), "SECRET subject");
    setOptions(world, {});
    assert.match((await subjectOf()) ?? "", /^Vertrauliche Nachricht von Jürgen/);
  });

  it("owes a read notice and a reminder where the rule wants them", async () => {
    await using world = await worldFor({ readNotice: true, reminderBeforeMs: 3 * dayMs });
    await world.send();
    const now = world.clock.now();
    assert.deepEqual(await world.store.noticeJobs.due(now + 27 * dayMs - 1, 10), []);
    const [reminder] = await world.store.noticeJobs.due(now + 27 * dayMs, 10);
    assert.equal(reminder?.kind, "reminder");
  });

  it("owes no reminder that would come with the message itself", async () => {
    await using world = await worldFor({ reminderBeforeMs: 30 * dayMs });
    await world.send();
    const end = world.clock.now() + 30 * dayMs;
    assert.deepEqual(await world.store.noticeJobs.due(end - 1, 10), []);
  });
});
