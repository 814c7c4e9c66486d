/**
 * The shape of the words around findings when a verdict is explained. A language is one object of
 * this shape, so that none can lack a word.
 */
import type { Assurance, MtaStsReport, TlsaReport, Verdict } from "../base/verdict.ts";

export interface ExplainWords {
  /** The answer, behind the domain's name and a colon. */
  readonly headline: {
    readonly proven: string;
    /** Some servers were not proven. */
    readonly partly: (proven: number, all: number) => string;
    readonly failed: string;
    readonly unknown: string;
    readonly "no-mail": string;
  };
  readonly status: Readonly<Record<Verdict["hosts"][number]["status"], string>>;
  readonly assurance: Readonly<Record<Exclude<Assurance, "none">, string>>;
  readonly vouched: (assurance: string, meaning: string) => string;
  /** Why mail waits although a rule might say otherwise. */
  readonly forbidden: Readonly<Record<NonNullable<Verdict["forbiddenBy"]>, string>>;
  readonly mxSigned: string;
  readonly mxUnsigned: string;
  readonly sts: (policy: MtaStsReport, patterns: string, fetched: string) => string;
  readonly stsMode: Readonly<Record<MtaStsReport["mode"], string>>;
  readonly preference: (preference: number) => string;
  readonly addressesSigned: string;
  readonly addressesUnsigned: string;
  readonly tlsa: Readonly<Record<TlsaReport["status"], (baseDomain: string) => string>>;
  readonly keyExchange: (group: string) => string;
  readonly signedWith: (scheme: string) => string;
  readonly certificate: (subject: string, issuer: string, key: string, until: string) => string;
  readonly open: (connection: string) => string;
  readonly mend: (domain: string) => string;
  readonly policy: string;
  readonly judged: (profile: string, checked: string, expires: string) => string;
}
