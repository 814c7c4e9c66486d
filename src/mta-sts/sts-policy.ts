/**
 * The policy file of a domain (RFC 8461 §3.2): lines of `key: value`, ended by LF or CRLF, in any
 * order. Unknown keys are ignored, of a repeated key the first counts; only `mx` may come often.
 *
 * Blank lines are passed over, which the grammar does not foresee: editors leave them at the end
 * of a file, and a policy that protects is worth more than the point. All else is by the letter.
 *
 * Limits: 64 Ki characters, 256 patterns. More is a fault, never more memory.
 */
import { failure, type Result, success } from "../base/result.ts";
import { isMxPattern } from "./mx-pattern.ts";

export const stsModes = ["enforce", "testing", "none"] as const;
export type StsMode = (typeof stsModes)[number];

export interface StsPolicy {
  readonly mode: StsMode;
  /** 0 to 31557600, a year. */
  readonly maxAgeSeconds: number;
  /** Patterns of host names as published, see `mx-pattern.ts`; empty only when mode is none. */
  readonly mx: readonly string[];
}

const maxCharacters = 65_536;
const maxPatterns = 256;
const maxShown = 60;
const maxAgeLimit = 31_557_600;
const fieldForm = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,31}):[ \t]*([^ \t](?:.*[^ \t])?)[ \t]*$/su;
const control = /[\u0000-\u001f\u007f]/;

/** The error says in words what is wrong, for "the policy is not valid: …". */
export function parseStsPolicy(text: string): Result<StsPolicy, string> {
  if (text.length > maxCharacters) return failure("it is longer than 64 KiB");
  const fields = readFields(text);
  return fields.ok ? readPolicy(fields.value) : fields;
}

interface Fields {
  /** The first value of each key. */
  readonly first: ReadonlyMap<string, string>;
  readonly mx: readonly string[];
}

function readFields(text: string): Result<Fields, string> {
  const first = new Map<string, string>();
  const mx: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^[ \t]*$/.test(line)) continue;
    const [, key, value] = fieldForm.exec(line) ?? [];
    if (key === undefined || value === undefined || control.test(value)) {
      return failure(`line ${index + 1} is not of the form "key: value"`);
    }
    if (key === "mx") mx.push(value);
    else if (!first.has(key)) first.set(key, value);
  }
  return success({ first, mx });
}

function readPolicy({ first, mx }: Fields): Result<StsPolicy, string> {
  const version = first.get("version");
  if (version === undefined) return failure("it has no version");
  if (version !== "STSv1") return failure("its version is not STSv1");
  const mode = stsModes.find((known) => known === first.get("mode"));
  if (mode === undefined) return failure(missing(first, "mode", "enforce, testing or none"));
  const maxAgeSeconds = readMaxAge(first.get("max_age"));
  if (maxAgeSeconds === undefined) {
    return failure(missing(first, "max_age", `a number of seconds from 0 to ${maxAgeLimit}`));
  }
  const fault = findMxFault(mx, mode);
  return fault === undefined ? success({ mode, maxAgeSeconds, mx }) : failure(fault);
}

function missing(first: Fields["first"], key: string, expected: string): string {
  return first.has(key) ? `its ${key} is not ${expected}` : `it has no ${key}`;
}

function readMaxAge(value: string | undefined): number | undefined {
  if (value === undefined || !/^[0-9]{1,10}$/.test(value)) return undefined;
  const seconds = Number(value);
  return seconds <= maxAgeLimit ? seconds : undefined;
}

function findMxFault(mx: readonly string[], mode: StsMode): string | undefined {
  if (mx.length === 0 && mode !== "none") return "it lists no mail server (mx)";
  if (mx.length > maxPatterns) return `it lists more than ${maxPatterns} mail servers (mx)`;
  const wrong = mx.find((pattern) => !isMxPattern(pattern));
  return wrong === undefined
    ? undefined
    : `its mx "${wrong.slice(0, maxShown)}" is not a host name`;
}
