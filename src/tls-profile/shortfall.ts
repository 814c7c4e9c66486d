/** Where facts fall short of a profile, and how much the profile minds. */
import type { Severity } from "../base/verdict.ts";
import type { TlsProfile, TlsRule } from "./tls-profile.ts";

export interface Shortfall {
  readonly rule: TlsRule;
  readonly severity: Severity;
  readonly found: string;
  readonly expected: string;
}

export type Judge = (rule: TlsRule, found: string, expected: string) => Shortfall;

export function judgeBy(profile: TlsProfile): Judge {
  return (rule, found, expected) => ({ rule, severity: profile.severity[rule], found, expected });
}
