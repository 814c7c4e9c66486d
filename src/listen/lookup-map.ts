/**
 * The three maps that Postfix asks over socketmap, answered from memory at once, because qmgr and
 * trivial-rewrite ask one question at a time:
 *
 * - `transport` (transport_maps): which way for this recipient? Asked by qmgr.
 * - `tls-policy` (smtp_tls_policy_maps of mxseal-secure): what must the connection meet?
 * - `clear` (smtp_tls_policy_maps of mxseal-clear): does a rule still allow it, with which TLS?
 *
 * Security: the catch-all key `*` of transport_maps is always NOTFOUND: any other answer would
 * route, or stop, all mail that no other map speaks of.
 * Diagnostics: one info line per routing decision; one warning per domain and minute when mail is
 * made to wait at delivery, or for a domain of ours that is not proven.
 */
import type { Clock } from "../base/clock.ts";
import type { Domain } from "../base/domain.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import type { Decider } from "../gate/decider.ts";
import { decisionFields } from "../gate/decision-fields.ts";
import type { RouteObserver, TransactionMemory } from "../gate/transaction.ts";
import type { SocketmapReply, SocketmapRequest } from "../wire/socketmap.ts";
import { clearGateReply, parseNexthopKey, tlsPolicyReply, transportAnswer } from "./reply.ts";

export interface LookupMapOptions {
  readonly decider: Decider;
  readonly observer: RouteObserver;
  readonly transactions: TransactionMemory;
  readonly clock: Clock;
  readonly log: Log;
}

export const mapNames = ["transport", "tls-policy", "clear"] as const;
export type MapName = (typeof mapNames)[number];

const notFound: SocketmapReply = { word: "NOTFOUND" };
/** Keys of transport_maps that are no recipient; `<>` stands for the null sender. */
const noRecipients: ReadonlySet<string> = new Set(["*", "<>", ""]);
const loggedQueueIds = 5;

export class LookupMap {
  readonly #options: LookupMapOptions;
  readonly #limit: LogLimit;

  constructor(options: LookupMapOptions) {
    this.#options = options;
    this.#limit = new LogLimit(options.clock, 60_000);
  }

  lookup(request: SocketmapRequest): SocketmapReply {
    const map = mapNames.find((name) => name === request.map);
    switch (map) {
      case "transport":
        return this.#route(request.key);
      case "tls-policy":
      case "clear":
        return this.#policy(map, request.key);
      case undefined:
        return this.#unknownMap(request.map);
    }
  }

  #route(recipient: string): SocketmapReply {
    if (noRecipients.has(recipient)) return notFound;
    const { decider, observer, transactions, log } = this.#options;
    const decision = decider.decide(recipient);
    const { way, route } = transportAnswer(decision, recipient);
    observer.answered(recipient, way);
    const queueIds = transactions.queueIdsOf(recipient).slice(0, loggedQueueIds);
    log.info({ recipient, queueIds, way, ...decisionFields(decision) }, "route");
    if (decision.kind === "wait" && decision.reason === "own-unproven") this.#alarm(recipient);
    return { word: "OK", data: route };
  }

  /** Nobody else will tell our own postmaster, and this mail is never sealed. */
  #alarm(recipient: string): void {
    const domain = parseMailAddress(recipient)?.domain ?? "";
    if (!this.#limit.passes(`own ${domain}`)) return;
    this.#options.log.warn({ domain }, "mail waits: our own domain did not pass the TLS check");
  }

  #policy(map: "tls-policy" | "clear", key: string): SocketmapReply {
    const nexthop = parseNexthopKey(key);
    if (nexthop.kind === "parent") return notFound;
    const domain = nexthop.kind === "domain" ? nexthop.domain : undefined;
    const reply = map === "clear" ? this.#clearGate(domain) : this.#securePolicy(domain);
    this.#options.log.debug({ map, nexthop: key, answer: reply.word }, "policy at delivery");
    if (reply.word === "TEMP" && this.#limit.passes(`${map} ${domain ?? ""}`)) {
      this.#options.log.warn({ map, nexthop: key }, reply.reason);
    }
    return reply;
  }

  #securePolicy(domain: Domain | undefined): SocketmapReply {
    return tlsPolicyReply(domain && this.#options.decider.securePolicy(domain));
  }

  #clearGate(domain: Domain | undefined): SocketmapReply {
    return clearGateReply(domain && this.#options.decider.clearGate(domain));
  }

  #unknownMap(map: string): SocketmapReply {
    if (this.#limit.passes("unknown map")) {
      this.#options.log.warn({ map }, `no such map; known are ${mapNames.join(", ")}`);
    }
    return { word: "TEMP", reason: "no such map" };
  }
}
