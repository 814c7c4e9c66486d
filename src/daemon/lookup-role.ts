/**
 * The lookup role: Postfix's policy requests and maps from memory, probes in a worker thread, the
 * release queue. Starts listening only after the memory holds what the store holds, so that its
 * first answers are as good as its later ones.
 */
import { systemClock } from "../base/clock.ts";
import type { Domain } from "../base/domain.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import { DecisionMemory } from "../gate/decision-memory.ts";
import { DowngradeAlarm } from "../gate/downgrade-alarm.ts";
import { type MemoryChange, MemoryFeed } from "../gate/memory-feed.ts";
import { PostqueueCommand } from "../gate/postqueue-command.ts";
import { ProbeScheduler } from "../gate/probe-scheduler.ts";
import { RecipientCheck } from "../gate/recipient-check.ts";
import type { RecordedVerdict } from "../gate/record-verdict.ts";
import { ReleaseRunner } from "../gate/release-runner.ts";
import type { RouteObserver, Way } from "../gate/transaction.ts";
import { BoundedTransactionMemory } from "../gate/transaction-memory.ts";
import { Usage } from "../gate/usage.ts";
import { LookupMap } from "../listen/lookup-map.ts";
import { listenPolicy } from "../listen/policy-service.ts";
import { listenSocketmap } from "../listen/socketmap-service.ts";
import { openStore } from "../store/sqlite/open-store.ts";
import type { Store } from "../store/store.ts";
import { profileOf } from "../tls-profile/profile-of.ts";
import { profileName } from "../tls-profile/tls-profile.ts";
import { awaitMilter } from "./await-milter.ts";
import { every, runUntilDisposed } from "./background.ts";
import { domainClasses } from "./domain-classes.ts";
import { ProbePool, type ProbePoolOptions } from "./probe-pool.ts";
import type { RoleContext } from "./role.ts";
import { upkeep } from "./upkeep.ts";

const scheduleEveryMs = 1000;
const upkeepEveryMs = 60_000;

/** Resolves when Postfix may ask. Disposal answers what is in flight and stops the rest. */
export async function startLookupRole(context: RoleContext): Promise<AsyncDisposable> {
  const { config, log } = context;
  await using stack = new AsyncDisposableStack();
  const store = stack.use(await openStore(config.store.path));
  const memory = new DecisionMemory({
    clock: systemClock,
    leastAssurance: config.tls.least_assurance,
    profile: profileName(profileOf(config.tls.profile)),
    domainClasses: domainClasses(config),
    onProofLost: () => release.proofLost(),
  });
  const alarm = stack.use(new DowngradeAlarm(systemClock, log));
  const publish = (recorded: RecordedVerdict): void => {
    memory.publishVerdict(recorded.verdict);
    alarm.note(recorded);
  };
  const prober = stack.use(createProbePool(context, { publish }));
  const transactions = new BoundedTransactionMemory(systemClock);
  const scheduler = createScheduler(context, memory, prober);
  const release = createRelease(context, { memory, store, transactions, scheduler });
  const feed = new MemoryFeed({ store, memory, log, onChange: tellRelease(release) });
  await feed.poll();
  const usage = new Usage();
  const observer = observeRoutes(release, (domain, way) => {
    usage.note(domain);
    if (way === "retry") scheduler.want(domain);
  });
  const map = new LookupMap({ decider: memory, observer, transactions, clock: systemClock, log });
  const check = createCheck(context, { memory, prober, transactions });
  await listenAll(stack, context, { map, check });
  runUntilDisposed(stack, (signal) => [
    feed.run(signal),
    awaitMilter(config.listen.milter, signal).then(() => release.run(signal)),
    every(scheduleEveryMs, signal, () => {
      scheduler.tick();
      alarm.tick();
    }),
    every(upkeepEveryMs, signal, upkeep({ store, prober, usage, log, signal })),
  ]);
  const { policy, socketmap } = config.listen;
  log.info({ policy, socketmap }, "lookups answered");
  return stack.move();
}

interface Parts {
  readonly memory: DecisionMemory;
  readonly transactions: BoundedTransactionMemory;
}

function createRelease(
  { config, log }: RoleContext,
  parts: Parts & { readonly store: Store; readonly scheduler: ProbeScheduler },
): ReleaseRunner {
  return new ReleaseRunner({
    decider: parts.memory,
    transactions: parts.transactions,
    store: parts.store,
    postqueue: new PostqueueCommand({ configDirectory: config.postfix.config_directory }),
    onRefused: (domain) => parts.scheduler.doubt(domain),
    clock: systemClock,
    log,
  });
}

function tellRelease(release: ReleaseRunner): (change: MemoryChange) => void {
  return (change) => {
    if (change.kind === "verdicts") for (const domain of change.domains) release.decided(domain);
  };
}

function createScheduler(
  { log }: RoleContext,
  memory: DecisionMemory,
  prober: ProbePool,
): ProbeScheduler {
  const verdictOf = (domain: Domain) => memory.verdictOf(domain);
  return new ProbeScheduler({ prober, verdictOf, clock: systemClock, log });
}

function createCheck(
  { config, log }: RoleContext,
  { memory, prober, transactions }: Parts & { readonly prober: ProbePool },
): RecipientCheck {
  return new RecipientCheck({
    decider: memory,
    prober,
    transactions,
    trustedNetworks: config.clients.trusted_networks,
    rcptWaitMs: config.clients.rcpt_wait_seconds * 1000,
    clock: systemClock,
    log,
  });
}

/** A pool of this configuration, also for the command line. */
export function createProbePool(
  { config, configPath, log }: RoleContext,
  options: Partial<Pick<ProbePoolOptions, "publish" | "maxRunning">> = {},
): ProbePool {
  const { publish = () => undefined, maxRunning = config.probe.concurrency } = options;
  const workerData = { configPath, logLevel: config.log.level };
  return new ProbePool({ workerData, publish, log, maxRunning });
}

interface Services {
  readonly map: LookupMap;
  readonly check: RecipientCheck;
}

async function listenAll(
  stack: AsyncDisposableStack,
  { config, log }: RoleContext,
  { map, check }: Services,
): Promise<void> {
  const group = config.listen.milter_group;
  for (const endpoint of config.listen.socketmap) {
    stack.use(await listenSocketmap(map, { endpoint, group }, log));
  }
  for (const endpoint of config.listen.policy) {
    stack.use(await listenPolicy(check, { endpoint, group }, log));
  }
}

/** The release queue hears of every route; `note` of those that have a domain. */
function observeRoutes(
  release: RouteObserver,
  note: (domain: Domain, way: Way) => void,
): RouteObserver {
  return {
    answered(recipient, way) {
      release.answered(recipient, way);
      if (way === "elsewhere") return;
      const domain = parseMailAddress(recipient)?.domain;
      if (domain !== undefined) note(domain, way);
    },
  };
}
