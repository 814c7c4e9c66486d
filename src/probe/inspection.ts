/**
 * Looks at every address of a domain's mail servers and judges each. A server whose TLSA records
 * count is asked with the TLSA base domain as SNI (RFC 7672 §8.1) and compared with them; they
 * count where the MX records are signed (RFC 7672 §2.2.1). Where Postfix cannot enforce DANE, a
 * mismatch still fails the server, and a match needs a trusted name as well.
 */
import type { X509Certificate } from "node:crypto";
import { checkDane, type DaneCheck } from "./dane-check.ts";
import { finding } from "./finding.ts";
import { type Judgement, judge } from "./judgement.ts";
import type { MailHost, MailHosts } from "./mail-host.ts";
import type { Observation, Target } from "./observation.ts";
import type { Observer } from "./observer.ts";
import type { ProbeOptions } from "./probe-options.ts";

type FoundHosts = Extract<MailHosts, { kind: "hosts" }>;

interface Context {
  readonly found: FoundHosts;
  readonly options: ProbeOptions;
  readonly observer: Observer;
  readonly signal: AbortSignal;
}

const smtpPort = 25;

/** In the order of hosts and addresses. Never rejects because of a server. */
export function inspectAll(
  found: FoundHosts,
  options: ProbeOptions,
  observer: Observer,
  signal: AbortSignal,
): Promise<readonly Judgement[]> {
  const context = { found, options, observer, signal };
  return Promise.all(
    found.hosts.flatMap((host) => host.addresses.map((address) => inspect(host, address, context))),
  );
}

async function inspect(mailHost: MailHost, address: string, context: Context): Promise<Judgement> {
  const { options, found } = context;
  const { host, tlsa } = mailHost;
  const counts = found.authentic && ["usable", "failure"].includes(tlsa.report.status);
  // The SNI of the delivery: Postfix sends the base domain under DANE, else the host's name.
  const serverName = counts && options.daneEnforceable ? tlsa.report.baseDomain : host;
  const target = { host, address, serverName };
  const observation = await look(target, context);
  const measure = { tls: options.tls, nowMs: options.clock.now() };
  if (!counts) return judge(target, observation, measure);
  const dane = await compare(target, observation, mailHost, context);
  if (options.daneEnforceable) return judge(target, observation, measure, dane);
  return withoutEnforcement(judge(target, observation, measure), dane);
}

function look(
  target: Target,
  { options, observer, signal }: Context,
  anchor?: X509Certificate,
): Promise<Observation> {
  const { tls, notBefore } = options;
  const always = anchor === undefined && options.openOffer === "always";
  const openOffer = always ? "always" : "when-refused";
  return observer.observe(target, { tls, signal, openOffer, anchor, notBefore });
}

async function compare(
  target: Target,
  observation: Observation,
  { tlsa }: MailHost,
  context: Context,
): Promise<DaneCheck | "unseen"> {
  // RFC 7672 §2.1.1: after a failed lookup nothing is known of the records but that they may be.
  if (tlsa.report.status === "failure") return { kind: "unknown", findings: [] };
  if (observation.kind !== "secured") return "unseen";
  const expectation = {
    records: tlsa.usable,
    baseDomain: tlsa.report.baseDomain,
    otherNames: context.found.nextHopNames,
    port: smtpPort,
    nowMs: context.options.clock.now(),
  };
  return checkDane(observation.handshake, expectation, target, async ({ certificate }) => {
    const again = await look(target, context, certificate);
    return again.kind === "secured" ? again.handshake : "unavailable";
  });
}

function withoutEnforcement(judgement: Judgement, dane: DaneCheck | "unseen"): Judgement {
  if (dane === "unseen") return { ...judgement, dane };
  const note = finding("dane-not-enforceable", [], judgement.target);
  const findings = [...judgement.findings, note, ...dane.findings];
  if (dane.kind === "matched") return { ...judgement, findings };
  const standing = dane.kind === "mismatch" ? "failed" : "unknown";
  return { ...judgement, standing, findings, dane: dane.kind };
}
