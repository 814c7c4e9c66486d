/**
 * A mail to the postmaster of the other side (RFC 2142 §5): what was found at which server, when,
 * what to mend, and how to see it there. Polite, complete, ready to be sent as it is.
 *
 * It says nothing of our users or messages, and only what is certain: what could not be judged,
 * and what nobody there can mend, stays out.
 */
import type { Language } from "../base/language.ts";
import { printable } from "../base/printable.ts";
import type { Finding, Verdict } from "../base/verdict.ts";
import { wrapText } from "../base/wrap-text.ts";
import { sayFinding } from "./finding.ts";
import { type PostmasterWords, postmasterWords } from "./postmaster-words.ts";
import { findRemedy } from "./remedy.ts";
import { selfTests } from "./self-test.ts";
import { spokenInstant } from "./spoken-instant.ts";

/** `body`: lines of at most 72 columns, single words and commands apart. */
export interface PostmasterLetter {
  readonly to: string;
  readonly subject: string;
  readonly body: readonly string[];
}

const width = 72;
const maxTopics = 12;
const maxPlaces = 4;
const maxQuoted = 200;

/** The letter, or a sentence on why there is none to write. */
export function composePostmasterLetter(
  verdict: Verdict,
  language: Language,
): PostmasterLetter | string {
  const words = postmasterWords[language];
  const checked = spokenInstant(verdict.checkedAt);
  const { domain, status, findings } = verdict;
  if (status === "unknown") return words.uncertain(domain, checked);
  if (status === "no-mail") return words.noMail(domain);
  const certain = findings.filter(({ severity }) => severity === "fail" || severity === "warn");
  const topics = topicsOf(certain, language);
  if (topics.length > 0) {
    const to = `postmaster@${domain}`;
    return { to, subject: words.subject(domain), body: writeBody(verdict, topics, words) };
  }
  const isFine = status === "proven" && !certain.some(({ severity }) => severity === "fail");
  return isFine ? words.allGood(domain, checked) : words.nothingToMend(domain, checked);
}

/** One thing to mend and all the places where it was found. */
interface Topic {
  readonly sentence: string;
  readonly remedy: string;
  readonly findings: readonly Finding[];
}

/** What decides first; a fault that several addresses share is told once. */
function topicsOf(findings: readonly Finding[], language: Language): readonly Topic[] {
  const told = findings.flatMap((finding) => {
    const remedy = findRemedy(finding, language);
    return remedy === undefined
      ? []
      : [{ finding, remedy, sentence: sayFinding(finding, language) }];
  });
  const sorted = told.toSorted((a, b) => weightOf(a.finding) - weightOf(b.finding));
  const groups = Map.groupBy(sorted, ({ sentence, remedy }) => `${sentence}\n${remedy}`);
  return [...groups.values()].flatMap((same) =>
    same.slice(0, 1).map(({ sentence, remedy }) => ({
      sentence,
      remedy,
      findings: same.map(({ finding }) => finding),
    })),
  );
}

function weightOf({ severity }: Finding): number {
  return severity === "fail" ? 0 : 1;
}

function writeBody(
  { domain, status, checkedAt, forbiddenBy }: Verdict,
  topics: readonly Topic[],
  words: PostmasterWords,
): readonly string[] {
  const checked = spokenInstant(checkedAt);
  const opening =
    status === "proven" ? words.partly(domain, checked) : words.failed(domain, checked);
  const commands = selfTests(
    domain,
    topics.flatMap(({ findings }) => findings),
  );
  const more = topics.length - maxTopics;
  const paragraphs = [
    [words.greeting],
    wrapText(opening, { width }),
    ...(forbiddenBy === undefined ? [] : [wrapText(words.forbidden[forbiddenBy], { width })]),
    [words.found],
    ...topics.slice(0, maxTopics).map((topic, index) => writeTopic(topic, index + 1, words)),
    ...(more > 0 ? [[words.more(more)]] : []),
    [words.test, ...commands.flatMap((command) => command.split("\n")).map((line) => `  ${line}`)],
    wrapText(words.thanks, { width }),
    words.closing,
  ];
  return paragraphs.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

function writeTopic(topic: Topic, number: number, words: PostmasterWords): readonly string[] {
  const first = `${number}. `;
  const rest = " ".repeat(first.length);
  const place = placesOf(topic.findings, words);
  const [head, ...others] = [place, topic.sentence, words.mend(topic.remedy)].filter(
    (text) => text !== "",
  );
  return [
    ...wrapText(head ?? "", { width, first }),
    ...others.flatMap((text) => wrapText(text, { width, first: rest })),
  ];
}

/** `mx.corp.test (192.0.2.1), mx2.corp.test`; empty when it is about the domain as a whole. */
function placesOf(findings: readonly Finding[], words: PostmasterWords): string {
  const places = findings.flatMap(({ host, address }) => {
    if (host === undefined) return [];
    return [quote(address === undefined ? host : `${host} (${address})`)];
  });
  const distinct = [...new Set(places)];
  const more = distinct.length - maxPlaces;
  const shown = distinct.slice(0, maxPlaces).join(", ");
  if (shown === "") return "";
  return more > 0 ? `${shown} ${words.placesMore(more)}:` : `${shown}:`;
}

function quote(text: string): string {
  return printable(text, maxQuoted);
}
