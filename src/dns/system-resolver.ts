/**
 * The stub resolver of mxseal: asks the servers of resolv.conf(5) in order (RFC 1034 §5.3.1).
 * A server that answers with an error is not asked again for the same question, a silent one is,
 * with twice the patience. That signatures do not hold is an answer, and the last one. Nothing is
 * cached: the resolver behind does that.
 *
 * Security: the AD bit counts only from servers that `trusted-resolver.ts` trusts; elsewhere it
 * crosses a network where it can be forged. Where there is such a server the others are not asked:
 * a signed domain would look unsigned whenever the trusted one is away for a moment.
 */
import { readFile } from "node:fs/promises";
import { MxsealError } from "../base/errors.ts";
import { type Interpretation, interpret } from "./dns-answer.ts";
import { type DnsServer, type ExchangeOutcome, exchange } from "./dns-exchange.ts";
import type { DnsQuestion, DnsResponse } from "./dns-message.ts";
import { parseResolvConf } from "./resolv-conf.ts";
import type { DnsAnswer, DnsFailure, RecordOf, RecordType, Resolver } from "./resolver.ts";
import { trustResolvers } from "./trusted-resolver.ts";

export interface SystemResolverOptions {
  /** In the order they are asked; at least one. */
  readonly servers: readonly DnsServer[];
  /** Addresses of servers that are not on loopback and whose AD bit is believed all the same. */
  readonly trustedResolvers: readonly string[];
  /** Patience with one server in the first round. */
  readonly timeoutMs: number;
  /** Rounds over the servers that kept silent. */
  readonly attempts: number;
}

type Conclusion<T> = Exclude<Interpretation<T>, { kind: "failure" }> & {
  readonly authentic: boolean;
};

const maxRestarts = 8;
/** RFC 1035 §2.3.4: 255 bytes on the wire. */
const longestName = 253;
const dnsPort = 53;

export class SystemResolver implements Resolver {
  readonly #options: SystemResolverOptions;
  readonly #isTrusted: (address: string) => boolean;

  constructor(options: SystemResolverOptions) {
    this.#isTrusted = trustResolvers(options.trustedResolvers);
    const trusted = options.servers.filter(({ address }) => this.#isTrusted(address));
    this.#options = { ...options, servers: trusted.length > 0 ? trusted : options.servers };
  }

  async lookup<K extends RecordType>(
    name: string,
    type: K,
    signal: AbortSignal,
  ): Promise<DnsAnswer<RecordOf[K]>> {
    // Nothing can stand at a longer name, which a prefix such as `_mta-sts.` can make of a domain;
    // servers refuse the question, and that would look like a failure of theirs.
    if (name.length > longestName) return { outcome: "no-such-domain", authentic: true };
    let authentic = true;
    let owner = name;
    for (let restart = 0; restart <= maxRestarts; restart += 1) {
      const step = await this.#ask({ name: owner, type }, signal);
      if (step.kind === "failure") return { outcome: "failure", reason: step.reason };
      authentic &&= step.authentic;
      if (step.kind === "found") {
        const { records, canonicalName } = step;
        return { outcome: "found", records, canonicalName, authentic };
      }
      if (step.kind !== "alias") return { outcome: step.kind, authentic };
      owner = step.target;
    }
    return { outcome: "failure", reason: "alias-loop" };
  }

  /** Asks the servers until one says something definite. */
  async #ask<K extends RecordType>(
    question: DnsQuestion & { readonly type: K },
    signal: AbortSignal,
  ): Promise<Conclusion<RecordOf[K]> | { kind: "failure"; reason: DnsFailure }> {
    const { servers, timeoutMs, attempts } = this.#options;
    let waiting = servers;
    let failure: DnsFailure | undefined;
    for (let round = 0; round < attempts && waiting.length > 0; round += 1) {
      const silent: DnsServer[] = [];
      for (const server of waiting) {
        const limits = { timeoutMs: timeoutMs * 2 ** round, signal };
        const outcome = await askServer(server, question, limits);
        if (outcome.kind === "timeout") silent.push(server);
        if (outcome.kind === "truncated" || outcome.kind === "malformed") failure = outcome.kind;
        if (outcome.kind !== "response") continue;
        const meaning = interpret(outcome.response, question);
        if (meaning.kind !== "failure") {
          return { ...meaning, authentic: this.#believes(server, outcome.response) };
        }
        failure = await explain(server, question, limits, meaning.reason);
        // Another server that does not validate would pass forged data on as merely unsigned.
        if (failure === "bogus") return { kind: "failure", reason: failure };
      }
      waiting = silent;
    }
    if (failure === undefined && waiting.length === 0) throw this.#unusable();
    return { kind: "failure", reason: failure ?? "timeout" };
  }

  #believes(server: DnsServer, response: DnsResponse): boolean {
    return response.authenticData && this.#isTrusted(server.address);
  }

  #unusable(): MxsealError {
    const names = this.#options.servers.map(({ address, port }) =>
      port === dnsPort ? address : `${address} port ${port}`,
    );
    return new MxsealError(
      "MXSEAL_RESOLVER_UNUSABLE",
      `No DNS resolver can be reached: ${names.join(", ") || "none is configured"}.`,
    );
  }
}

/** Reads `path` (normally /etc/resolv.conf). Throws MXSEAL_RESOLVER_UNUSABLE. */
export async function loadSystemResolver(
  path: string,
  trustedResolvers: readonly string[],
): Promise<SystemResolver> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new MxsealError("MXSEAL_RESOLVER_UNUSABLE", `Cannot read ${path}.`, { cause });
  });
  const conf = parseResolvConf(text);
  if (conf.servers.length === 0) {
    throw new MxsealError("MXSEAL_RESOLVER_UNUSABLE", `${path} names no name server.`);
  }
  return new SystemResolver({
    servers: conf.servers.map((address) => ({ address, port: dnsPort })),
    trustedResolvers,
    timeoutMs: conf.timeoutMs ?? 5000,
    attempts: conf.attempts ?? 2,
  });
}

interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** One server's word; without EDNS when it stumbles over that (RFC 6891 §6.2.2). */
async function askServer(
  server: DnsServer,
  question: DnsQuestion,
  limits: Limits,
): Promise<ExchangeOutcome> {
  const form = { edns: true, checkingDisabled: false };
  const outcome = await exchange(server, question, form, limits);
  const stumbled = outcome.kind === "response" && [1, 4].includes(outcome.response.rcode);
  return stumbled ? exchange(server, question, { ...form, edns: false }, limits) : outcome;
}

/**
 * SERVFAIL has two faces: the zone's servers fail, or its signatures do. When the same resolver
 * has the data with checking disabled (RFC 4035 §3.2.2), the signatures are the fault.
 */
async function explain(
  server: DnsServer,
  question: DnsQuestion,
  limits: Limits,
  reason: DnsFailure,
): Promise<DnsFailure> {
  if (reason !== "server-failure") return reason;
  const form = { edns: true, checkingDisabled: true };
  const outcome = await exchange(server, question, form, limits);
  const works = outcome.kind === "response" && [0, 3].includes(outcome.response.rcode);
  return works ? "bogus" : reason;
}
