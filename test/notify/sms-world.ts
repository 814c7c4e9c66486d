/** A message sealed under a rule with a telephone number, and the workers that send its code. */
import { randomBytes } from "node:crypto";
import { type PhoneNumber, parsePhoneNumber } from "../../src/base/phone-number.ts";
import { QpdfMaker } from "../../src/gate/pdf-maker.ts";
import { plainTemplates } from "../../src/mime/template.ts";
import { NoticeMailer } from "../../src/notify/notice-mailer.ts";
import { SmsFailureJobs, type SmsFailureNotice } from "../../src/notify/sms-failure-jobs.ts";
import type { Sms, SmsHook, SmsOutcome } from "../../src/notify/sms-hook.ts";
import { SmsSender, type SmsSenderParts, type SmsSettings } from "../../src/notify/sms-sender.ts";
import type { OwnMail } from "../../src/notify/submission.ts";
import { type SealOptions, usualSealOptions } from "../../src/rules/seal-options.ts";
import { HoldWorld, linkIn, sealTo } from "../gate/hold-world.ts";
import { sampleDecisions } from "../support/sample-decisions.ts";

export const number: PhoneNumber = numberOf("+491701234567");

export function numberOf(text: string): PhoneNumber {
  const parsed = parsePhoneNumber(text);
  if (!parsed.ok) throw new Error(`${text} is no number`);
  return parsed.value;
}

export const taken: SmsOutcome = { kind: "taken", status: "exit status 0", answer: "" };
export const refused: SmsOutcome = { kind: "refused", status: "exit status 1", answer: "secret?" };

export function later(unsent: boolean, retryAfterMs?: number): SmsOutcome {
  return { kind: "later", unsent, retryAfterMs, status: "HTTP 503", answer: "secret?" };
}

/** Keeps what it is asked to send, whatever it answers. */
export class FakeHook implements SmsHook {
  readonly calls: Sms[] = [];
  outcome: SmsOutcome = taken;

  send(sms: Sms): Promise<SmsOutcome> {
    this.calls.push(sms);
    return Promise.resolve(this.outcome);
  }
}

export class SmsWorld implements AsyncDisposable {
  readonly hold: HoldWorld;
  readonly hook: FakeHook = new FakeHook();
  readonly mails: OwnMail[] = [];
  readonly smsKey: Buffer = randomBytes(32);

  private constructor(hold: HoldWorld) {
    this.hold = hold;
  }

  static async create(): Promise<SmsWorld> {
    return new SmsWorld(await HoldWorld.create());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.hold[Symbol.asyncDispose]();
  }

  /** Answers the recipient's link, "" for a PDF. Another `body` is another message. */
  async seal(change: Partial<SealOptions> = {}, body = "SECRET body\r\n"): Promise<string> {
    const options = { ...usualSealOptions, sms: number, ...change };
    const decision = { ...sampleDecisions.seal, options };
    this.hold.decider.decisions.set(sealTo, decision);
    const pdf = new QpdfMaker({ maxBytes: 100_000, log: this.hold.log });
    const port = this.hold.port({ smsKey: this.smsKey, pdf });
    return linkIn(await this.hold.send({ body: Buffer.from(body) }, port));
  }

  sender(change: Partial<SmsSenderParts> = {}, settings: Partial<SmsSettings> = {}): SmsSender {
    return new SmsSender({
      jobs: this.hold.store.sms,
      smsKey: this.smsKey,
      hook: this.hook,
      clock: this.hold.clock,
      log: this.hold.log,
      settings: {
        countries: ["+49"],
        limits: { perMessage: 3, perSenderPerHour: 20, perDay: 200 },
        maxTries: 6,
        timeoutMs: 10_000,
        templates: plainTemplates("Söhne GmbH"),
        host: "post.own.example",
        ...settings,
      },
      ...change,
    });
  }

  /** Of what could not be sent. */
  mailer(): NoticeMailer<SmsFailureNotice> {
    return new NoticeMailer({
      jobs: new SmsFailureJobs(this.hold.store.sms),
      keys: this.hold.keys,
      domains: {
        classOf: (domain) => this.hold.classes.get(domain) ?? "other",
        isProven: () => false,
      },
      submission: {
        submit: (mail) => {
          this.mails.push(mail);
          return Promise.resolve({ kind: "taken" });
        },
      },
      clock: this.hold.clock,
      log: this.hold.log,
      settings: { templates: plainTemplates("Own"), timeZone: "Europe/Berlin" },
    });
  }

  /** Jobs that wait, whenever they are due. */
  async waiting(): Promise<number> {
    return (await this.hold.store.sms.due(this.hold.clock.now() + 86_400_000, 100)).length;
  }
}
