/**
 * The recipient domains of `scripts/bench probe` and the mail servers they share, spread as in the
 * world: few operators carry many domains on several servers, most carry a few on one. A quarter
 * of the operators has DANE, one in twelve of the others an unfit certificate, half of the domains
 * are signed. The same numbers give the same domains each time.
 */
import { createHash, createPublicKey } from "node:crypto";
import { type Authority, type Identity, selfSigned } from "../test/lab/authority.ts";
import type { Zone } from "../test/lab/name-server.ts";
import { seededRandom } from "../test/support/random.ts";

export type Fault = "expired" | "self-signed" | "wrong-name";

export interface MxHost {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly identity: Identity;
  readonly hasDane: boolean;
  readonly fault: Fault | undefined;
}

export interface BenchDomain {
  readonly name: string;
  readonly isSigned: boolean;
  readonly hosts: readonly MxHost[];
}

export interface Population {
  readonly hosts: readonly MxHost[];
  readonly domains: readonly BenchDomain[];
  readonly zones: readonly Zone[];
}

/** Whether a fair judge proves it: its operator has fit certificates. */
export function isGood({ hosts }: BenchDomain): boolean {
  return hosts.every(({ fault }) => fault === undefined);
}

/** A measurement of work that was not done would say nothing. */
export function expectCount(what: string, count: number, expected: number): void {
  if (count !== expected) throw new Error(`${what} ${count} domains, ${expected} were expected`);
}

const dayMs = 86_400_000;
const faults: readonly Fault[] = ["expired", "self-signed", "wrong-name"];

export function makePopulation(
  sizes: { readonly domains: number; readonly hosts: number },
  authority: Authority,
): Population {
  const operators = makeOperators(sizes.hosts, authority);
  const domains = makeDomains(sizes.domains, operators);
  const hosts = operators.flat();
  return { hosts, domains, zones: makeZones(hosts, domains) };
}

/** A tenth of the hosts at operators of four, three tenths at operators of two, others alone. */
function makeOperators(count: number, authority: Authority): readonly (readonly MxHost[])[] {
  const operators: (readonly MxHost[])[] = [];
  for (let made = 0; made < count; ) {
    const size = Math.min(made < count * 0.1 ? 4 : made < count * 0.4 ? 2 : 1, count - made);
    const number = operators.length;
    operators.push(
      Array.from({ length: size }, (_, at) => makeHost({ number, at, size }, authority)),
    );
    made += size;
  }
  return operators;
}

interface Place {
  /** Of the operator. */
  readonly number: number;
  readonly at: number;
  readonly size: number;
}

function makeHost({ number, at, size }: Place, authority: Authority): MxHost {
  const hasDane = number % 4 === 1;
  const fault =
    number > 10 && number % 12 === 0 ? faults[Math.floor(number / 12) % faults.length] : undefined;
  const name = `mx${at + 1}.op${number}.${hasDane ? "dane" : "host"}.test`;
  // Each operator has a network of its own, one of four hosts has two, with two addresses a host.
  const network = `127.${20 + Math.floor(number / 200)}.${number % 200}`;
  const far = `127.${30 + (at % 2)}.${number % 200}`;
  const addresses =
    size === 4 ? [`${network}.${10 + at}`, `${far}.${20 + at}`] : [`${network}.${10 + at}`];
  return { name, addresses, identity: identityFor(name, fault, authority), hasDane, fault };
}

function identityFor(name: string, fault: Fault | undefined, authority: Authority): Identity {
  const now = Date.now();
  switch (fault) {
    case "expired":
      return authority.leaf({ names: [name], notBefore: now - 90 * dayMs, notAfter: now - dayMs });
    case "self-signed":
      return selfSigned([name]);
    case "wrong-name":
      return authority.leaf({ names: ["mail.somebody-else.test"] });
    case undefined:
      return authority.leaf({ names: [name] });
  }
}

/** One domain for each operator, the rest in inverse proportion to the operator's rank. */
function makeDomains(
  count: number,
  operators: readonly (readonly MxHost[])[],
): readonly BenchDomain[] {
  const random = seededRandom(25);
  const weights = operators.map((_, rank) => 1 / (rank + 1));
  const sum = weights.reduce((left, right) => left + right, 0);
  const drawn = (): number => {
    let left = (random.below(1_000_000) / 1_000_000) * sum;
    const found = weights.findIndex((weight) => (left -= weight) < 0);
    return Math.max(found, 0);
  };
  return Array.from({ length: count }, (_, number) => {
    const isSigned = random.below(2) === 0;
    const operator = number < operators.length ? number : drawn();
    const name = `d${number}.${isSigned ? "signed" : "plain"}.test`;
    return { name, isSigned, hosts: operators[operator] ?? [] };
  });
}

/** All of them are names in four zones: a zone for each would take minutes to sign. */
function makeZones(hosts: readonly MxHost[], domains: readonly BenchDomain[]): readonly Zone[] {
  const hostRecords = (hasDane: boolean): readonly string[] =>
    hosts.filter((host) => host.hasDane === hasDane).flatMap(recordsOfHost);
  const domainRecords = (isSigned: boolean): readonly string[] =>
    domains.filter((domain) => domain.isSigned === isSigned).flatMap(recordsOfDomain);
  return [
    { name: "host.test", state: "unsigned", records: hostRecords(false) },
    { name: "dane.test", state: "signed", records: hostRecords(true) },
    { name: "plain.test", state: "unsigned", records: domainRecords(false) },
    { name: "signed.test", state: "signed", records: domainRecords(true) },
  ];
}

function recordsOfHost({ name, addresses, identity, hasDane }: MxHost): readonly string[] {
  const records = addresses.map((address) => `${name}. A ${address}`);
  if (hasDane) records.push(`_25._tcp.${name}. TLSA 3 1 1 ${publicKeyHash(identity)}`);
  return records;
}

function recordsOfDomain({ name, hosts }: BenchDomain): readonly string[] {
  return hosts.map((host, at) => `${name}. MX ${10 * (1 + Math.floor(at / 2))} ${host.name}.`);
}

function publicKeyHash({ key }: Identity): string {
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  return createHash("sha256").update(spki).digest("hex");
}
