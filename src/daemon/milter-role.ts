/**
 * The milter role: seals on the hold port, mails the codes and sends them by SMS. It decides from a memory of its own,
 * fed by the same store as the lookup role's, and cannot probe.
 */
import { systemClock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import { mailTemplates } from "../config/mail-templates.ts";
import type { DomainKnowledge } from "../gate/code-channel.ts";
import { DecisionMemory } from "../gate/decision-memory.ts";
import { HoldPort } from "../gate/hold-port.ts";
import { MemoryFeed } from "../gate/memory-feed.ts";
import { QpdfMaker } from "../gate/pdf-maker.ts";
import { parseEndpoint } from "../listen/endpoint.ts";
import { MilterService } from "../listen/milter-service.ts";
import { AlarmJobs } from "../notify/alarm-jobs.ts";
import { CodeMailer } from "../notify/code-mailer.ts";
import { createSmsHook } from "../notify/create-sms-hook.ts";
import { NoticeMailer } from "../notify/notice-mailer.ts";
import { ReplyMailer } from "../notify/reply-mailer.ts";
import { SmsFailureJobs } from "../notify/sms-failure-jobs.ts";
import { SmsSender } from "../notify/sms-sender.ts";
import { type SmtpServer, SmtpSubmission } from "../notify/submission.ts";
import { CodeMakerProcess } from "../seal/code-maker.ts";
import { CodeReserve } from "../seal/code-reserve.ts";
import { loadPortalKeys, loadSealKeys, type SealKeys } from "../seal/key-files.ts";
import { replyKeyOf } from "../seal/reply-content.ts";
import { smsKeyOf } from "../seal/sms-content.ts";
import type { NoticeJob } from "../store/notice-job-store.ts";
import type { SmsStore } from "../store/sms-store.ts";
import { openStore } from "../store/sqlite/open-store.ts";
import type { Store } from "../store/store.ts";
import { profileOf } from "../tls-profile/profile-of.ts";
import { profileName } from "../tls-profile/tls-profile.ts";
import { every, runUntilDisposed } from "./background.ts";
import { domainClasses } from "./domain-classes.ts";
import { expirySweep } from "./expiry-sweep.ts";
import type { RoleContext } from "./role.ts";

const sweepEveryMs = 60_000;
const dayMs = 86_400_000;
const mebibyte = 1024 * 1024;

/** Resolves when Postfix can connect. Disposal lets messages in work finish for a while. */
export async function startMilterRole(context: RoleContext): Promise<AsyncDisposable> {
  const { config, log } = context;
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(config.store.path));
  const keys = await loadSealKeys(config.keys.directory);
  const { sessionKey } = await loadPortalKeys(config.keys.directory);
  const memory = new DecisionMemory({
    clock: systemClock,
    leastAssurance: config.tls.least_assurance,
    profile: profileName(profileOf(config.tls.profile)),
    domainClasses: domainClasses(config),
  });
  const feed = new MemoryFeed({ store, memory, log });
  await feed.poll();
  const domains: DomainKnowledge = {
    classOf: (domain) => memory.domainClassOf(domain),
    isProven: (domain) => memory.securePolicy(domain) !== undefined,
  };
  const port = new HoldPort({
    store: store.sealed,
    remembered: store.remembered,
    guards: store.remembered,
    startDeriver: () => new CodeMakerProcess(keys.pepper),
    held: store.held,
    decider: memory,
    refresh: () => feed.poll(),
    domains,
    keys,
    codes: stack.use(new CodeReserve(keys.pepper, { size: config.seal.code_reserve })),
    pdf: new QpdfMaker({ maxBytes: config.seal.pdf_max_mib * mebibyte, log }),
    smsKey: config.sms.hook === undefined ? undefined : smsKeyOf(sessionKey),
    clock: systemClock,
    settings: {
      templates: mailTemplates(config),
      expiresAfterMs: config.seal.expires_after_days * dayMs,
    },
    maxMessageBytes: config.seal.max_message_mib * mebibyte,
    baseUrl: config.portal.base_url,
    log,
  });
  await startMilter(stack, context, port);
  const mailers = createMailers(context, {
    store,
    keys: { ...keys, replyKey: replyKeyOf(sessionKey) },
    domains,
  });
  const smsSender = createSmsSender(context, store.sms, smsKeyOf(sessionKey));
  runUntilDisposed(stack, (signal) => [
    feed.run(signal),
    ...[...mailers, ...smsSender].map((worker) => worker.run(signal)),
    every(sweepEveryMs, signal, expirySweep({ store, log, clock: systemClock, signal })),
  ]);
  log.info({ milter: config.listen.milter }, "sealing");
  return stack.move();
}

interface MailingParts {
  readonly store: Store;
  readonly keys: SealKeys & { readonly replyKey: Buffer };
  readonly domains: DomainKnowledge;
}

/** Codes to senders, notices to both sides, alarms, failed SMS and replies to senders. */
function createMailers(
  { config, log }: RoleContext,
  { store, ...parts }: MailingParts,
): readonly { run(signal: AbortSignal): Promise<void> }[] {
  const submission = new SmtpSubmission(smtpServer(config.postfix.submission));
  const mailing = { ...parts, clock: systemClock, log, submission };
  const settings = { from: config.seal.code_mail_from, templates: mailTemplates(config) };
  const delayMs = config.seal.code_mail_delay_seconds * 1000;
  const replySettings = { ...settings, from: config.portal.reply_from };
  const alarms = new AlarmJobs(store.alarms, systemClock);
  return [
    new CodeMailer({ ...mailing, jobs: store.codeJobs, settings: { ...settings, delayMs } }),
    new NoticeMailer<NoticeJob>({ ...mailing, jobs: store.noticeJobs, settings }),
    new NoticeMailer({ ...mailing, jobs: alarms, settings }),
    new NoticeMailer({ ...mailing, jobs: new SmsFailureJobs(store.sms), settings }),
    new ReplyMailer({ ...mailing, jobs: store.replies, settings: replySettings }),
  ];
}

/** None where no hook is configured; what then waits goes with its message. */
function createSmsSender(
  { config, log }: RoleContext,
  jobs: SmsStore,
  smsKey: Buffer,
): readonly SmsSender[] {
  const { sms, portal } = config;
  const host = URL.parse(portal.base_url ?? "")?.hostname;
  if (sms.hook === undefined || host === undefined) return [];
  const timeoutMs = sms.timeout_seconds * 1000;
  const hook = createSmsHook({ hook: sms.hook, tokenFile: sms.token_file, timeoutMs });
  const settings = {
    countries: sms.countries,
    limits: {
      perMessage: sms.per_message,
      perSenderPerHour: sms.per_sender_per_hour,
      perDay: sms.per_day,
    },
    maxTries: sms.max_tries,
    timeoutMs,
    templates: mailTemplates(config),
    host,
  };
  return [new SmsSender({ jobs, smsKey, hook, clock: systemClock, log, settings })];
}

function smtpServer(text: string): SmtpServer {
  const endpoint = parseEndpoint(text);
  if (endpoint.kind === "tcp") return endpoint;
  throw new MxsealError("MXSEAL_CONFIG_INVALID", "postfix.submission must be ADDRESS:PORT");
}

async function startMilter(
  stack: AsyncDisposableStack,
  { config, log }: RoleContext,
  port: HoldPort,
): Promise<void> {
  const socket = { path: config.listen.milter, group: config.listen.milter_group };
  const service = new MilterService(socket, port, log);
  service.onStopped((cause) => {
    if (cause === "requested") return;
    // libmilter cannot start twice in a process; the next process can.
    throw new Error(`the milter ended by itself (${cause})`);
  });
  await service.start();
  stack.defer(async () => {
    const report = await service.stop();
    log.info({ ...report }, "the milter has stopped");
  });
}
