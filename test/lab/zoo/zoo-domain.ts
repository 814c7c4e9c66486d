/**
 * A domain of the zoo: one condition that a recipient domain can be in, as data. What its DNS
 * says, which servers stand behind it, and what must come of it: our verdict under each profile,
 * and what happens to mail.
 */
import type { Assurance, Verdict, VerdictStatus } from "../../../src/base/verdict.ts";
import type { FindingCode } from "../../../src/probe/finding-code.ts";
import type { ProfileName } from "../../../src/tls-profile/tls-profile.ts";
import type { Identity } from "../../support/certificates.ts";
import type { PolicyAnswer } from "../../support/policy-host.ts";
import type { SmtpScript } from "../../support/smtp-server.ts";
import type { ServerTls } from "../mail-server.ts";
import type { SpoiltSet } from "../name-server.ts";
import type { Manner } from "../smtp-dialogue.ts";
import type { Workshop } from "./workshop.ts";

export interface ZooDomain {
  /** Its zone is the closest of `zooZones`. */
  readonly name: string;
  /** For people: the condition. */
  readonly about: string;
  /** How somebody writes it who does not know the one form; default: the name. */
  readonly spelling?: string;
  /** Default: one host, with a genuine certificate. */
  readonly hosts?: readonly ZooHost[];
  /** Instead of an MX record for each host: zone file lines. */
  readonly mailRecords?: (addresses: readonly string[]) => readonly string[];
  /** More zone file lines. */
  readonly records?: readonly string[];
  readonly spoilt?: readonly SpoiltSet[];
  readonly policyHost?: ZooPolicyHost;
  /** An MTA-STS policy that the probe knows from before. */
  readonly knownPolicy?: KnownPolicy;
  readonly expect: Expectation;
  /** Where a profile says otherwise than `bsi`, the default. */
  readonly bcp195?: Partial<Expectation>;
  readonly strict?: Partial<Expectation>;
}

export interface ZooHost {
  /** Default: mx.DOMAIN. */
  readonly name?: string;
  /** Default 10; undefined with `mailRecords`. */
  readonly preference?: number;
  /** Of addresses with a server; `nowhere`: an IPv6 address without a route. Default IPv4. */
  readonly families?: readonly ("ipv4" | "ipv6" | "nowhere")[];
  /** Its certificate; default: genuine, for the host's name. */
  readonly show?: Show;
  /** By SNI; undefined goes on with `show`. */
  readonly showFor?: (serverName: string) => Show | undefined;
  readonly tls?: ServerTls;
  readonly manner?: Partial<Manner>;
  /** A server by script instead: it never takes mail. */
  readonly script?: SmtpScript;
  /** Of its second and further addresses, where they differ from the first. */
  readonly elsewhere?: Show;
  /** RDATA of the records at `_25._tcp`. */
  readonly tlsa?: (shown: Shown, workshop: Workshop) => readonly string[];
  /** Where these records stand; default: `_25._tcp.` and the host's name. */
  readonly tlsaOwner?: string;
  /** No A or AAAA record of its own: `records` of the domain says where it is. */
  readonly isAlias?: boolean;
}

/** What a server presents. */
export interface Shown {
  readonly leaf: Identity;
  /** PEM, in the order in which it goes out. */
  readonly chain: string;
}

export interface Names {
  readonly domain: string;
  readonly host: string;
}

export type Show = (workshop: Workshop, names: Names) => Shown;

export interface KnownPolicy {
  readonly id: string;
  readonly text: string;
  readonly fetchedDaysAgo: number;
}

export interface ZooPolicyHost {
  readonly show?: Show;
  readonly answer: PolicyAnswer;
}

/** What comes of mail, seen from outside. */
export const outcomes = [
  "original", // over mxseal-secure
  "sealed", // the notification arrived
  "sealed, notification waits", // its server does not take it now
  "sealed, notification returned", // there is nobody to take it
  "waits", // in Postfix's queue, as it came
  "refused", // at RCPT, or returned to the sender
] as const;
export type Outcome = (typeof outcomes)[number];

export interface Expectation {
  readonly status: VerdictStatus;
  /** Default: `mx-name` when proven, else `none`. */
  readonly assurance?: Assurance;
  /** Among the verdict's findings. */
  readonly finding?: FindingCode | undefined;
  readonly forbiddenBy?: Verdict["forbiddenBy"];
  /** Default: by the status. */
  readonly mail?: Outcome;
}

export function expectationOf(domain: ZooDomain, profile: ProfileName): Expectation {
  const special = { bsi: {}, bcp195: domain.bcp195 ?? {}, "bsi-strict": domain.strict ?? {} };
  return { ...domain.expect, ...special[profile] };
}

export function expectedMail({ expect }: ZooDomain): Outcome {
  if (expect.mail !== undefined) return expect.mail;
  switch (expect.status) {
    case "proven":
      return "original";
    case "failed":
      return expect.forbiddenBy === undefined ? "sealed" : "waits";
    case "unknown":
      return "waits";
    case "no-mail":
      return "refused";
  }
}

export function hostsOf(domain: ZooDomain): readonly ZooHost[] {
  return domain.hosts ?? [{}];
}

export function hostNameOf(domain: ZooDomain, host: ZooHost): string {
  return host.name ?? `mx.${domain.name}`;
}
