/**
 * Sends codes by SMS through the administrator's hook, beside the mail to the sender and never in its
 * place. Each call is counted in the store before it is made, and a job leaves the store only when
 * its fate is known: an SMS may thus come twice, when the process ends in between, but there are
 * never more calls than the limits allow. What is given up is told to the sender by mail
 * (`sms-failure-jobs.ts`).
 *
 * Security: numbers in full, codes and what a hook says are in no line of the log.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import { beginsWithOne, maskPhoneNumber } from "../base/phone-number.ts";
import { smsText } from "../mime/sms-text.ts";
import { type TemplateSet, templateFor } from "../mime/template.ts";
import { notificationStyle } from "../mime/template-style.ts";
import { openSms, type SmsContent } from "../seal/sms-content.ts";
import type { SmsFault, SmsJob, SmsLimits, SmsStore } from "../store/sms-store.ts";
import type { SmsHook, SmsOutcome } from "./sms-hook.ts";

export interface SmsSettings {
  /** What numbers must begin with. */
  readonly countries: readonly string[];
  readonly limits: SmsLimits;
  readonly maxTries: number;
  /** Of the hook. */
  readonly timeoutMs: number;
  /** How SMS speak, by the sender's domain. */
  readonly templates: TemplateSet;
  /** The portal's, to which codes are bound. */
  readonly host: string;
}

export interface SmsSenderParts {
  readonly jobs: SmsStore;
  readonly smsKey: Buffer;
  readonly hook: SmsHook;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: SmsSettings;
}

const tickMs = 2_000;
/** At a time; each may take the hook's whole deadline. */
const jobsPerTick = 4;
const alarmEveryMs = 10 * 60_000;
const firstPauseMs = 30_000;
const longestPauseMs = 10 * 60_000;
const damagedPauseMs = 60 * 60_000;
/** From the hook's deadline until another process may take it that this one has ended. */
const graceMs = 60_000;

export class SmsSender {
  readonly #parts: SmsSenderParts;
  readonly #limit: LogLimit;
  /** Jobs whose SMS the hook has but which the store has not yet let go. */
  readonly #unconfirmed = new Set<number>();

  constructor(parts: SmsSenderParts) {
    this.#parts = parts;
    this.#limit = new LogLimit(parts.clock, alarmEveryMs);
  }

  /** Works until stopped; a call of the hook that was begun is finished first. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#guardedTick();
      await delay(tickMs, undefined, { signal }).catch(() => undefined); // stopped while waiting
    }
  }

  /** One round; answers how many SMS the hook took. Rejects as the store does. */
  async tick(): Promise<number> {
    await this.#confirm();
    const jobs = await this.#parts.jobs.due(this.#parts.clock.now(), jobsPerTick);
    // All of them, so that none is still calling the hook when this process thinks it is done.
    const rounds = await Promise.allSettled(jobs.map((job) => this.#send(job)));
    await this.#confirm();
    const broken = rounds.find((round) => round.status === "rejected");
    if (broken !== undefined) throw broken.reason;
    return rounds.filter((round) => round.status === "fulfilled" && round.value).length;
  }

  async #guardedTick(): Promise<void> {
    try {
      await this.tick();
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      const { code, advice, message } = error;
      this.#alarm("store", { code, advice }, `SMS wait: ${message}`);
    }
  }

  async #send(job: SmsJob): Promise<boolean> {
    const { jobs, clock, settings, hook } = this.#parts;
    const content = this.#open(job);
    const nowMs = clock.now();
    if (content === undefined) {
      await jobs.postpone(job.id, nowMs + damagedPauseMs);
      return false;
    }
    if (!beginsWithOne(content.to, settings.countries)) {
      await this.#giveUp(job, content, "country", "its number is in no country that is allowed");
      return false;
    }
    const againAt = nowMs + settings.timeoutMs + graceMs;
    const start = await jobs.start(job, settings.limits, { nowMs, againAt });
    if (start.kind === "limited") {
      // What was called before and may have been sent has used it up.
      const fault = start.by === "message" && job.tries > 0 ? "unreachable" : "limit";
      await this.#giveUp(job, content, fault, `the limit of SMS is reached: ${start.by}`);
    }
    if (start.kind !== "counted") return false;
    const sms = { to: content.to, text: this.#textOf(job, content), message: job.message.id };
    return this.#judge(job, content, { call: start.call, outcome: await hook.send(sms) });
  }

  async #judge(
    job: SmsJob,
    content: SmsContent,
    { call, outcome }: { readonly call: number; readonly outcome: SmsOutcome },
  ): Promise<boolean> {
    const { status } = outcome;
    switch (outcome.kind) {
      case "taken":
        this.#unconfirmed.add(job.id);
        this.#parts.log.info({ ...about(job, content), status }, "SMS with a code sent");
        return true;
      case "refused":
        await this.#giveUp(job, content, "refused", `the hook refused it: ${status}`);
        return false;
      case "later":
        await this.#later(job, content, { call, outcome });
        return false;
    }
  }

  async #later(
    job: SmsJob,
    content: SmsContent,
    tried: { readonly call: number; readonly outcome: Extract<SmsOutcome, { kind: "later" }> },
  ): Promise<void> {
    const { jobs, clock, settings } = this.#parts;
    const { status, unsent, retryAfterMs = 0 } = tried.outcome;
    const tries = job.tries + 1;
    if (tries >= settings.maxTries) {
      const text = `the hook did not take it in ${tries} tries: ${status}`;
      return this.#giveUp(job, content, "unreachable", text);
    }
    const { code, advice } = new MxsealError("MXSEAL_SMS_HOOK_UNUSABLE", status);
    this.#alarm("hook", { code, advice, ...about(job, content) }, `SMS wait: ${status}`);
    const pauseMs = Math.max(pauseAfter(tries), retryAfterMs);
    await jobs.postpone(job.id, clock.now() + pauseMs, unsent ? tried.call : undefined);
  }

  async #giveUp(job: SmsJob, content: SmsContent, reason: SmsFault, why: string): Promise<void> {
    const { jobs, clock, log } = this.#parts;
    const failedAt = clock.now();
    const waitedMs = Math.max(0, failedAt - job.createdAt);
    await jobs.fail(job.id, { reason, number: maskPhoneNumber(content.to), waitedMs, failedAt });
    log.warn({ ...about(job, content), reason }, `SMS not sent, its sender is told: ${why}`);
  }

  /** Undefined, with an alarm, when it does not open under the key of now. */
  #open(job: SmsJob): SmsContent | undefined {
    const { id: messageId } = job.message;
    try {
      const row = { messageId, createdAt: job.createdAt };
      return openSms(this.#parts.smsKey, job.sealedContent, row);
    } catch (error) {
      if (!(error instanceof MxsealError)) throw error;
      const { code, advice, message } = error;
      this.#alarm(messageId, { message: messageId, code, advice }, `an SMS waits: ${message}`);
      return undefined;
    }
  }

  /** In the first of the languages that the notification speaks. */
  #textOf({ message }: SmsJob, { code, checkWords }: SmsContent): string {
    const { templates, host } = this.#parts.settings;
    const { id, sender, recipient } = message;
    const template = templateFor(templates, parseMailAddress(sender)?.domain);
    const style = notificationStyle(template, parseMailAddress(recipient)?.domain);
    const way = checkWords === undefined ? "pdf" : "portal";
    const facts = { organisation: style.organisation, sender, code, id, way, checkWords, host };
    return smsText(style.languages[0], { ...facts, way });
  }

  async #confirm(): Promise<void> {
    for (const id of this.#unconfirmed) {
      await this.#parts.jobs.complete(id);
      this.#unconfirmed.delete(id);
    }
  }

  #alarm(key: string, fields: Readonly<Record<string, unknown>>, text: string): void {
    if (this.#limit.passes(key)) this.#parts.log.error(fields, text);
  }
}

function about({ message }: SmsJob, { to }: SmsContent): Readonly<Record<string, unknown>> {
  return { message: message.id, to: maskPhoneNumber(to) };
}

function pauseAfter(tries: number): number {
  return Math.min(firstPauseMs * 2 ** (tries - 1), longestPauseMs);
}
