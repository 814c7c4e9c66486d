/** From a rule with a number to the hook, and what becomes of an SMS when something breaks. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import PostalMime from "postal-mime";
import { MxsealError } from "../../src/base/errors.ts";
import { plainTemplate } from "../../src/mime/template.ts";
import type { SmsStore } from "../../src/store/sms-store.ts";
import { aBody, aFields, originalBytes, sealTo } from "../gate/hold-world.ts";
import { later, number, numberOf, refused, SmsWorld } from "./sms-world.ts";

function behaviour(name: string, work: (world: SmsWorld) => Promise<void>): void {
  it(name, async () => {
    await using world = await SmsWorld.create();
    await work(world);
  });
}

function logOf(world: SmsWorld): string {
  return JSON.stringify(world.hold.log.lines);
}

describe("a code by SMS", () => {
  behaviour("reaches the number of the rule, opens the message, and is mailed too", async (w) => {
    const link = await w.seal();
    assert.equal(await w.sender().tick(), 1);
    const [sms, ...more] = w.hook.calls;
    assert.ok(sms);
    assert.deepEqual(more, []);
    const [job] = await w.hold.jobs();
    assert.ok(job);
    assert.deepEqual([sms.to, sms.message], [number, job.id]);
    assert.match(sms.text, /^Code für Ihre E-Mail von Söhne GmbH: [0-9A-Z-]{14}\nNummer /);
    assert.ok(sms.text.includes(job.checkWords?.de ?? "?"));
    const code = /#([0-9A-Z]{12})$/.exec(sms.text)?.[1] ?? "";
    assert.ok(sms.text.endsWith(`\n@post.own.example #${code}`));
    assert.ok(!sms.text.includes("http") && !sms.text.includes(link.slice(-43)));
    const grouped = code.replace(/.{4}(?=.)/g, "$&-");
    assert.deepEqual([job.code, job.smsTo], [grouped, "+49 … 567"]);
    assert.deepEqual(await w.hold.open(link, grouped), originalBytes(aFields, aBody));
    assert.equal(await w.waiting(), 0);
    assert.equal(await w.sender().tick(), 0);
  });

  behaviour("speaks as the mails of its sender's domain do", async (w) => {
    await w.seal();
    const usual = { ...plainTemplate(""), language: "en" } as const;
    await w.sender({}, { templates: { usual, byDomain: new Map() } }).tick();
    assert.match(w.hook.calls[0]?.text ?? "", /^Code for your e-mail from juergen@own\.example: /);
  });

  behaviour("is that of the PDF where the rule wants one, and speaks of no page", async (w) => {
    await w.seal({ way: "pdf" });
    assert.equal(await w.sender().tick(), 1);
    const [job] = await w.hold.jobs();
    const text = w.hook.calls[0]?.text ?? "";
    assert.equal(job?.code.length, 19);
    assert.ok(text.startsWith(`Code für die PDF-Datei von Söhne GmbH: ${job.code}\n`), text);
    assert.doesNotMatch(text, /Seite|@post/);
    w.hook.outcome = refused;
    await w.seal({ way: "pdf" }, "another\r\n");
    await w.sender().tick();
    await w.mailer().tick();
    const { text: told = "" } = await PostalMime.parse(w.mails[0]?.bytes ?? "");
    assert.match(told, /It stands in the e-mail/);
    assert.doesNotMatch(told, /your page|Readable until/);
  });

  behaviour("is made once, however often Postfix offers the message", async (w) => {
    await w.seal();
    await w.seal();
    const sender = w.sender();
    assert.equal(await sender.tick(), 1);
    await w.seal();
    assert.equal(await sender.tick(), 0);
  });

  behaviour(
    "does not exist without a hook or without a number, nor does a word of it",
    async (w) => {
      await w.seal({ sms: null });
      const [plain] = await w.hold.jobs();
      assert.equal(plain?.smsTo, undefined);
      const port = w.hold.port();
      await w.seal({ sms: number }, "another\r\n");
      assert.equal(await w.waiting(), 1);
      await w.hold.send({ body: Buffer.from("a third\r\n") }, port);
      assert.equal(await w.waiting(), 1);
      const told = (await w.hold.jobs()).map(({ smsTo }) => smsTo);
      assert.equal(told.length, 3);
      assert.deepEqual(
        told.filter((smsTo) => smsTo !== undefined),
        ["+49 … 567"],
      );
    },
  );

  behaviour("leaves neither number nor code in the log, nor the hook's own words", async (w) => {
    await w.seal();
    const [job] = await w.hold.jobs();
    w.hook.outcome = later(true);
    const sender = w.sender();
    await sender.tick();
    w.hold.clock.advance(3_600_000);
    w.hook.outcome = refused;
    await sender.tick();
    const log = logOf(w);
    assert.ok(log.includes("+49 … 567") && log.includes("HTTP 503"));
    for (const secret of ["1701234567", "secret?", job?.code ?? "?", "post.own.example #"]) {
      assert.ok(!log.includes(secret), secret);
    }
  });

  behaviour("lies in the store for nobody to read", async (w) => {
    await w.seal();
    const files = Buffer.concat(await w.hold.storeFiles()).toString("latin1");
    const [job] = await w.hold.jobs();
    for (const secret of [job?.code ?? "?", "1701234567"]) assert.ok(!files.includes(secret));
  });
});

describe("the sender of SMS", () => {
  behaviour("tries again, ever later, until the hook takes it", async (w) => {
    await w.seal();
    w.hook.outcome = later(true);
    const sender = w.sender();
    await sender.tick();
    for (const pauseMs of [30_000, 60_000, 120_000, 240_000]) {
      w.hold.clock.advance(pauseMs - 1);
      const before = w.hook.calls.length;
      await sender.tick();
      assert.equal(w.hook.calls.length, before);
      w.hold.clock.advance(1);
      await sender.tick();
      assert.equal(w.hook.calls.length, before + 1);
    }
    w.hook.outcome = { kind: "taken", status: "HTTP 200", answer: "" };
    w.hold.clock.advance(480_000);
    assert.equal(await sender.tick(), 1);
    assert.equal(await w.waiting(), 0);
  });

  behaviour("comes no earlier than it was asked to", async (w) => {
    await w.seal();
    w.hook.outcome = later(true, 600_000);
    const sender = w.sender();
    await sender.tick();
    w.hold.clock.advance(599_999);
    await sender.tick();
    assert.equal(w.hook.calls.length, 1);
    w.hold.clock.advance(1);
    await sender.tick();
    assert.equal(w.hook.calls.length, 2);
  });

  behaviour("counts what may have been sent: after three such calls none follows", async (w) => {
    await w.seal();
    w.hook.outcome = later(false);
    const sender = w.sender();
    for (let round = 0; round < 6; round += 1) {
      await sender.tick();
      w.hold.clock.advance(600_000);
    }
    assert.equal(w.hook.calls.length, 3);
    const [failure] = await w.hold.store.sms.failures(w.hold.clock.now(), 10);
    assert.equal(failure?.reason, "unreachable");
  });

  behaviour("calls no hook for a country that is not on the list", async (w) => {
    await w.seal({ sms: numberOf("+43 660 1234567") });
    assert.equal(await w.sender().tick(), 0);
    assert.deepEqual(w.hook.calls, []);
    const [failure] = await w.hold.store.sms.failures(w.hold.clock.now(), 10);
    assert.deepEqual([failure?.reason, failure?.number], ["country", "+43 … 567"]);
    assert.equal(await w.waiting(), 0);
  });

  behaviour("calls the hook within the limits only, in two processes together", async (w) => {
    for (let count = 0; count < 10; count += 1) await w.seal({}, `message ${count}\r\n`);
    const limits = { perMessage: 3, perSenderPerHour: 4, perDay: 200 };
    const senders = [w.sender({}, { limits }), w.sender({}, { limits })];
    while ((await w.waiting()) > 0) await Promise.all(senders.map((each) => each.tick()));
    assert.equal(w.hook.calls.length, 4);
    assert.equal(new Set(w.hook.calls.map(({ message }) => message)).size, 4);
    const failures = await w.hold.store.sms.failures(w.hold.clock.now(), 100);
    assert.deepEqual(new Set(failures.map(({ reason }) => reason)), new Set(["limit"]));
    assert.equal(failures.length, 6);
  });

  behaviour("has counted a call that it did not live to make", async (w) => {
    await w.seal();
    const limits = { perMessage: 2, perSenderPerHour: 20, perDay: 200 };
    const dying = { send: () => Promise.reject(new Error("killed here")) };
    await assert.rejects(w.sender({ hook: dying }, { limits }).tick(), /killed here/);
    const next = w.sender({}, { limits });
    w.hold.clock.advance(69_999);
    assert.equal(await next.tick(), 0, "the other one may still be at it");
    w.hold.clock.advance(1);
    await assert.rejects(w.sender({ hook: dying }, { limits }).tick(), /killed here/);
    w.hold.clock.advance(70_000);
    assert.equal(await next.tick(), 0);
    assert.deepEqual(w.hook.calls, []);
    assert.equal(await w.waiting(), 0);
  });

  behaviour("sends no second time when the store does not let go at once", async (w) => {
    await w.seal();
    let isFull = true;
    const { sms: store } = w.hold.store;
    const jobs: SmsStore = {
      due: (nowMs, limit) => store.due(nowMs, limit),
      start: (job, limits, times) => store.start(job, limits, times),
      complete: (id) =>
        isFull
          ? Promise.reject(new MxsealError("MXSEAL_STORE_UNUSABLE", "full"))
          : store.complete(id),
      postpone: (id, dueAt, unsent) => store.postpone(id, dueAt, unsent),
      fail: (id, failure) => store.fail(id, failure),
      failures: (nowMs, limit) => store.failures(nowMs, limit),
      completeFailure: (failure) => store.completeFailure(failure),
    };
    const sender = w.sender({ jobs });
    await assert.rejects(sender.tick(), /full/);
    w.hold.clock.advance(600_000);
    await assert.rejects(sender.tick(), /full/);
    isFull = false;
    assert.equal(await sender.tick(), 0);
    assert.equal(w.hook.calls.length, 1);
    assert.equal(await w.waiting(), 0);
  });

  behaviour("sends nothing any more for a message that was taken back", async (w) => {
    await w.seal();
    const [message] = await w.hold.store.manage.list({}, w.hold.clock.now(), { limit: 1 });
    await w.hold.store.manage.recall(message?.id ?? "", w.hold.clock.now());
    assert.equal(await w.sender().tick(), 0);
    assert.deepEqual(w.hook.calls, []);
  });

  behaviour("keeps what does not open under its key, loudly, and sends the others", async (w) => {
    await w.seal();
    const other = w.sender({ smsKey: randomBytes(32) });
    assert.equal(await other.tick(), 0);
    assert.equal(w.hold.log.at("error").length, 1);
    await w.seal({}, "another\r\n");
    assert.equal(await w.sender().tick(), 1);
    assert.equal(await w.waiting(), 1);
    w.hold.clock.advance(3_600_000);
    assert.equal(await w.sender().tick(), 1);
  });
});

describe("the mail about an SMS that was not sent", () => {
  async function mailAbout(w: SmsWorld) {
    assert.equal(await w.mailer().tick(), 1);
    assert.equal(await w.mailer().tick(), 0);
    const [mail] = w.mails;
    assert.equal(mail?.to, "juergen@own.example");
    const bytes = mail.bytes.toString("latin1");
    assert.ok(!/https?:/.test(bytes) && !bytes.includes("1701234567"));
    const [job] = await w.hold.jobs();
    assert.ok(job !== undefined && !bytes.includes(job.code) && bytes.includes(job.id));
    return PostalMime.parse(mail.bytes);
  }
  const plain = (text: string | undefined): string => (text ?? "").replace(/\s+/g, " ");

  behaviour("says in both languages that the service refused it, and what to do", async (w) => {
    await w.seal();
    w.hook.outcome = refused;
    await w.sender().tick();
    const { subject, text, html } = await mailAbout(w);
    assert.equal(
      subject,
      `SMS nicht gesendet: Ihre Nachricht an ${sealTo} / SMS not sent: your message to ${sealTo}`,
    );
    for (const said of [plain(text), plain(html)]) {
      assert.match(said, /sollte als SMS an die Nummer \+49 … 567 gehen/);
      assert.match(said, /Der SMS-Dienst hat sie abgelehnt\. Vielleicht stimmt die Nummer nicht/);
      assert.match(said, /nennen Sie dem Empfänger den Code selbst, am besten am Telefon/);
      assert.match(said, /was to go by SMS to the number \+49 … 567/);
      assert.match(said, /the SMS service refused it\. Perhaps the number is wrong/);
      assert.match(said, /tell the recipient the code yourself, best by phone/);
      assert.match(said, /If you do not have it any more, make another one there/);
    }
  });

  behaviour("says that the country is not served", async (w) => {
    await w.seal({ sms: numberOf("+43 660 1234567") });
    await w.sender().tick();
    const text = plain((await mailAbout(w)).text);
    assert.match(text, /In das Land dieser Nummer gehen von hier aus keine SMS/);
    assert.match(text, /no SMS are sent from here to the country of this number/);
  });

  behaviour("says that there were too many", async (w) => {
    await w.seal();
    const limits = { perMessage: 3, perSenderPerHour: 20, perDay: 0 };
    await w.sender({}, { limits }).tick();
    const text = plain((await mailAbout(w)).text);
    assert.match(text, /Mehr SMS sind nicht erlaubt/);
    assert.match(text, /no more SMS are allowed/);
  });

  behaviour("says for how long the service was not there", async (w) => {
    await w.seal();
    w.hook.outcome = later(true);
    const sender = w.sender();
    for (let round = 0; round < 6; round += 1) {
      await sender.tick();
      w.hold.clock.advance(round < 5 ? 180_000 * (round + 1) : 0);
    }
    assert.equal(w.hook.calls.length, 6);
    const text = plain((await mailAbout(w)).text);
    assert.match(text, /auch nach 45 Minuten nicht angenommen/);
    assert.match(text, /after 45 minutes the SMS service had still not taken it/);
  });
});
