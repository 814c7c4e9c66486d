/** One domain with an MTA-STS record, a policy host on loopback and a source that looks at both. */
import type { Domain } from "../../src/base/domain.ts";
import type { DnsFailure } from "../../src/dns/resolver.ts";
import type { Lookup } from "../../src/probe/mail-host.ts";
import { StsPolicySource } from "../../src/probe/sts-policy-source.ts";
import type { StsOutcome } from "../../src/probe/sts-source.ts";
import type { StoredStsPolicy, StsPolicyStore } from "../../src/store/sts-policy-store.ts";
import { FakeResolver } from "./fake-resolver.ts";
import { FixedClock } from "./fixed-clock.ts";
import { good, host, trust } from "./policy-fetch.ts";
import { answerWith, type HttpAnswer, type PolicyAnswer, PolicyHost } from "./policy-host.ts";
import { domainOf } from "./probe-lab.ts";

/** Keeps policies in memory; with a fault, rejects as a database in trouble does. */
export class MemoryStsPolicies implements StsPolicyStore {
  fault: Error | undefined;
  readonly #policies = new Map<Domain, StoredStsPolicy>();

  async find(domain: Domain): Promise<StoredStsPolicy | undefined> {
    if (this.fault !== undefined) throw this.fault;
    return this.#policies.get(domain);
  }

  async save(policy: StoredStsPolicy): Promise<void> {
    if (this.fault !== undefined) throw this.fault;
    this.#policies.set(policy.domain, policy);
  }

  peek(domain: Domain): StoredStsPolicy | undefined {
    return this.#policies.get(domain);
  }
}

export class StsWorld implements AsyncDisposable {
  readonly domain: Domain = domainOf("example.com");
  readonly clock: FixedClock = new FixedClock();
  readonly store: MemoryStsPolicies = new MemoryStsPolicies();
  readonly texts: Record<string, readonly string[]> = {};
  readonly failing: Record<string, DnsFailure> = {};
  readonly aliases: Record<string, string> = {};
  readonly missing: string[] = [];
  readonly lookup: Lookup;
  readonly #resolver: FakeResolver;
  readonly #host: PolicyHost;
  readonly #source: StsPolicySource;

  private constructor(policyHost: PolicyHost) {
    this.#host = policyHost;
    const { texts, failing, aliases, missing } = this;
    const addresses = { [host]: ["127.0.0.1"] };
    this.#resolver = new FakeResolver({ A: addresses, TXT: texts, failing, aliases, missing });
    this.lookup = (name, type) => this.#resolver.lookup(name, type, new AbortController().signal);
    this.#source = this.newSource();
  }

  static async start(records: readonly string[], policy: string): Promise<StsWorld> {
    const world = new StsWorld(await PolicyHost.start(good, answerWith({ body: policy })));
    world.publish(...records);
    return world;
  }

  /** As another process has one, on the same store or on `store`. */
  newSource(store: StsPolicyStore = this.store): StsPolicySource {
    const { clock } = this;
    const { port } = this.#host;
    return new StsPolicySource({ store, clock, trust, acceptWildcard: false, port });
  }

  publish(...records: readonly string[]): void {
    if (records.length > 0) this.texts["_mta-sts.example.com"] = records;
    else delete this.texts["_mta-sts.example.com"];
  }

  serve(answer: HttpAnswer): void {
    this.#host.answer = answerWith(answer);
  }

  set answer(answer: PolicyAnswer) {
    this.#host.answer = answer;
  }

  ask(domain: string = this.domain, signal?: AbortSignal): Promise<StsOutcome> {
    const deadline = signal ?? new AbortController().signal;
    return this.#source.policyOf(domainOf(domain), this.lookup, deadline);
  }

  /** Questions to the resolver, as `TXT _mta-sts.example.com`. */
  get questions(): readonly string[] {
    return this.#resolver.questions;
  }

  get fetches(): number {
    return this.#host.requests.length;
  }

  get stored(): StoredStsPolicy | undefined {
    return this.store.peek(this.domain);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host[Symbol.asyncDispose]();
  }
}
