/**
 * A verdict in plain lines for a terminal, the way a person would tell it: the answer first, then
 * what was seen at each server and address, then what the other side should mend, what Postfix
 * enforces, and how long that holds. Marks say what colours would: `✗` decides against a server,
 * `?` kept us from knowing, `!` should be mended, `·` is worth knowing.
 *
 * Pure. Strangers wrote much of what is quoted; all of it passes `printable`.
 */
import type { Language } from "../base/language.ts";
import { printable } from "../base/printable.ts";
import type { AddressReport, Finding, HostReport, Severity, Verdict } from "../base/verdict.ts";
import { wrapText } from "../base/wrap-text.ts";
import { describeAddress } from "./explain-address.ts";
import type { ExplainWords } from "./explain-words.ts";
import { explainGerman } from "./explain-words-de.ts";
import { explainEnglish } from "./explain-words-en.ts";
import { sayFinding } from "./finding.ts";
import { findRemedy } from "./remedy.ts";
import { spokenInstant } from "./spoken-instant.ts";

const wordsOf: Readonly<Record<Language, ExplainWords>> = {
  de: explainGerman,
  en: explainEnglish,
};
const usualWidth = 96;
const maxQuoted = 200;
const marks: Readonly<Record<Severity, string>> = { fail: "✗", unknown: "?", warn: "!", info: "·" };
const weights: readonly Severity[] = ["fail", "unknown", "warn", "info"];

interface Story {
  readonly verdict: Verdict;
  readonly language: Language;
  readonly words: ExplainWords;
  readonly width: number;
}

/** Lines without line breaks; `width` columns are exceeded only by single words. */
export function explainVerdict(
  verdict: Verdict,
  language: Language = "en",
  width: number = usualWidth,
): readonly string[] {
  const story: Story = { verdict, language, words: wordsOf[language], width };
  const paragraphs = [
    tellAnswer(story),
    ...verdict.hosts.map((host) => tellHost(story, host)),
    tellRemedies(story),
    tellPolicy(story),
  ];
  return paragraphs
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

function tellAnswer(story: Story): readonly string[] {
  const { verdict, words } = story;
  const { assurance, forbiddenBy } = verdict;
  const vouched =
    assurance === "none" ? [] : [words.vouched(assurance, words.assurance[assurance])];
  return [
    ...told(story, 0, `${verdict.domain}: ${headline(story)}`),
    ...vouched.flatMap((text) => told(story, 2, text)),
    ...(forbiddenBy === undefined ? [] : told(story, 2, words.forbidden[forbiddenBy])),
    ...tellPublished(story),
    ...tellFindings(
      story,
      2,
      verdict.findings.filter((one) => !isListed(verdict, one)),
    ),
  ];
}

function headline({ verdict, words }: Story): string {
  const proven = verdict.hosts.filter(({ status }) => status === "proven").length;
  const all = verdict.hosts.length;
  if (verdict.status !== "proven" || proven === all || proven === 0) {
    return words.headline[verdict.status];
  }
  return words.headline.partly(proven, all);
}

/** What the domain publishes about its mail as a whole. */
function tellPublished(story: Story): readonly string[] {
  const { verdict, words } = story;
  const { mtaSts, dnssec, hosts } = verdict;
  const dns = hosts.length === 0 ? [] : [dnssec.mx ? words.mxSigned : words.mxUnsigned];
  if (mtaSts === undefined) return dns.flatMap((text) => told(story, 2, text));
  const patterns = quote(mtaSts.mx.join(", "));
  const policy = { ...mtaSts, id: quote(mtaSts.id) };
  const sts = words.sts(policy, patterns, spokenInstant(mtaSts.fetchedAt));
  const lines = [...dns, `${sts} ${words.stsMode[mtaSts.mode]}`];
  return lines.flatMap((text) => told(story, 2, text));
}

function tellHost(story: Story, host: HostReport): readonly string[] {
  const { words, verdict } = story;
  const about = `${quote(host.host)} (${words.preference(host.preference)})`;
  const findings = verdict.findings.filter(
    (one) => one.host === host.host && !isListedAddress(host, one.address),
  );
  return [
    ...told(story, 2, `${about}: ${words.status[host.status]}`),
    ...tellTlsa(story, host),
    ...tellFindings(story, 4, findings),
    ...host.addresses.flatMap((address) => tellAddress(story, host, address)),
  ];
}

function tellTlsa(story: Story, { authentic, tlsa }: HostReport): readonly string[] {
  const { words } = story;
  const signed = authentic === true ? words.addressesSigned : words.addressesUnsigned;
  const texts = [
    ...(authentic === undefined ? [] : [signed]),
    ...(tlsa === undefined ? [] : [words.tlsa[tlsa.status](quote(tlsa.baseDomain))]),
  ];
  return [
    ...(texts.length === 0 ? [] : told(story, 4, texts.join(" "))),
    ...(tlsa?.records ?? []).flatMap((record) => told(story, 6, quote(record))),
  ];
}

function tellAddress(story: Story, { host }: HostReport, report: AddressReport): readonly string[] {
  const { words, verdict } = story;
  const findings = verdict.findings.filter(
    (one) => one.host === host && one.address === report.address,
  );
  return [
    ...told(story, 4, `${quote(report.address)}: ${words.status[report.status]}`),
    ...describeAddress(report, words).flatMap((text) => told(story, 6, text)),
    ...tellFindings(story, 6, findings),
  ];
}

function tellFindings(
  story: Story,
  indent: number,
  findings: readonly Finding[],
): readonly string[] {
  const sorted = findings.toSorted(
    (a, b) => weights.indexOf(a.severity) - weights.indexOf(b.severity),
  );
  return sorted.flatMap((one) => {
    // The place stands above, unless it is none of those that were reported.
    const place = isListed(story.verdict, one) ? [] : [one.host, one.address];
    const where = place.filter((part) => part !== undefined).join(" ");
    const sentence = `${where === "" ? "" : `${quote(where)}: `}${sayFinding(one, story.language)}`;
    const first = `${" ".repeat(indent)}${marks[one.severity]} `;
    return wrapText(`${sentence} [${quote(one.code)}]`, { width: story.width, first });
  });
}

function tellRemedies(story: Story): readonly string[] {
  const { verdict, language, words, width } = story;
  const remedies = new Set(
    verdict.findings
      .filter(({ severity }) => severity !== "info")
      .toSorted((a, b) => weights.indexOf(a.severity) - weights.indexOf(b.severity))
      .flatMap((one) => findRemedy(one, language) ?? []),
  );
  if (remedies.size === 0) return [];
  return [
    ...told(story, 2, words.mend(verdict.domain)),
    ...[...remedies].flatMap((remedy) => wrapText(remedy, { width, first: "    - " })),
  ];
}

function tellPolicy(story: Story): readonly string[] {
  const { postfixPolicy, profile, checkedAt, expiresAt } = story.verdict;
  const { words } = story;
  const [checked, expires] = [spokenInstant(checkedAt), spokenInstant(expiresAt)];
  return [
    ...(postfixPolicy === null ? [] : told(story, 2, `${words.policy} ${postfixPolicy}`)),
    ...told(story, 2, words.judged(quote(profile), checked, expires)),
  ];
}

/** Whether the finding is about a server that the verdict reports. */
function isListed({ hosts }: Verdict, { host }: Finding): boolean {
  return hosts.some((one) => one.host === host);
}

function isListedAddress({ addresses }: HostReport, address: string | undefined): boolean {
  return addresses.some((one) => one.address === address);
}

/** Lines after the first are set in a little, so that they are seen to go on. */
function told({ width }: Story, indent: number, text: string): readonly string[] {
  const first = " ".repeat(indent);
  return wrapText(text, { width, first, rest: `${first}  ` });
}

function quote(text: string): string {
  return printable(text, maxQuoted);
}
