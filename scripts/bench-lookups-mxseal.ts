/**
 * The side of `scripts/bench lookups` that is mxseal: the services that answer Postfix, as the
 * daemon composes them, with every domain of a file proven in memory. Its log goes to standard
 * output, its two ports to the parent that forked it. Runs until the parent disconnects.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { systemClock } from "../src/base/clock.ts";
import { parseDomain } from "../src/base/domain.ts";
import { createLog } from "../src/daemon/pino-log.ts";
import { DecisionMemory } from "../src/gate/decision-memory.ts";
import { RecipientCheck } from "../src/gate/recipient-check.ts";
import { ReleaseQueue } from "../src/gate/release-queue.ts";
import { BoundedTransactionMemory } from "../src/gate/transaction-memory.ts";
import { LookupMap } from "../src/listen/lookup-map.ts";
import { listenPolicy } from "../src/listen/policy-service.ts";
import { listenSocketmap } from "../src/listen/socketmap-service.ts";

const [domainFile = "", level] = process.argv.slice(2);
const clock = systemClock;
const log = createLog({ level: level === "info" ? "info" : "warn", role: "lookup" });
const memory = new DecisionMemory({
  clock,
  leastAssurance: "mx-name",
  profile: "bcp195/2022-11",
  domainClasses: { local: [], routed: [], ownRemote: [] },
});
for (const line of readFileSync(domainFile, "utf8").trimEnd().split("\n")) publishProven(line);

const transactions = new BoundedTransactionMemory(clock);
const queue = new ReleaseQueue();
const map = new LookupMap({
  decider: memory,
  observer: { answered: (recipient, way) => queue.answered(recipient, way, clock.now()) },
  transactions,
  clock,
  log,
});
const check = new RecipientCheck({
  decider: memory,
  prober: { probe: (domain) => Promise.reject(new Error(`nothing probes here: ${domain}`)) },
  transactions,
  trustedNetworks: ["127.0.0.0/8"],
  rcptWaitMs: 3000,
  clock,
  log,
});
await using socketmap = await listenSocketmap(map, { endpoint: "127.0.0.1:0" }, log);
await using policy = await listenPolicy(check, { endpoint: "127.0.0.1:0" }, log);
process.send?.({ socketmap: socketmap.endpoint, policy: policy.endpoint });
await once(process, "disconnect");

function publishProven(text: string): void {
  const domain = parseDomain(text);
  if (domain === undefined) throw new Error(`not a domain: ${text}`);
  const nowMs = clock.now();
  memory.publishVerdict({
    domain,
    status: "proven",
    assurance: "mx-name",
    profile: "bcp195/2022-11",
    findings: [],
    hosts: [],
    dnssec: { mx: false },
    postfixPolicy: `secure match=mx.${domain}`,
    checkedAt: nowMs,
    refreshAfter: nowMs + 43_200_000,
    expiresAt: nowMs + 86_400_000,
  });
}
