/**
 * An SMS hook that is a service: one POST of the JSON per SMS (RFC 9110 §9.3.3), each over a
 * connection of its own, because one that was kept might end between two of them and leave open
 * whether an SMS was sent. The status decides, as soon as it is there: 2xx taken, 408, 425, 429 and
 * 5xx not now, anything else not at all. A redirect is an answer of the last kind: number and code go
 * where the configuration says and nowhere else.
 */
import { systemClock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import { keptAnswerBytes, type Sms, type SmsHook, type SmsOutcome, smsJson } from "./sms-hook.ts";
import { readTokenFile } from "./token-file.ts";

export interface SmsServiceOptions {
  readonly url: string;
  readonly tokenFile: string | undefined;
  readonly timeoutMs: number;
}

const laterStatuses: ReadonlySet<number> = new Set([408, 425, 429]);
/** Says that it has not taken up the request (RFC 6585 §4, RFC 8470 §5.2, RFC 9110 §15.6.4). */
const unsentStatuses: ReadonlySet<number> = new Set([425, 429, 503]);
/** There was no connection over which anything could have been asked. */
const unsentCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const longestRetryAfterMs = 15 * 60_000;

export class SmsService implements SmsHook {
  readonly #options: SmsServiceOptions;

  constructor(options: SmsServiceOptions) {
    this.#options = options;
  }

  async send(sms: Sms): Promise<SmsOutcome> {
    const { url, timeoutMs } = this.#options;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: await this.#headers(),
        body: smsJson(sms),
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      });
      const { status } = response;
      const told = { status: `HTTP ${status}`, answer: await readAnswer(response) };
      return { ...verdictOf(status, response.headers.get("retry-after")), ...told };
    } catch (error) {
      return outcomeOf(error, timeoutMs);
    }
  }

  async #headers(): Promise<Readonly<Record<string, string>>> {
    const { tokenFile } = this.#options;
    const token = tokenFile === undefined ? undefined : await readTokenFile(tokenFile);
    return {
      "content-type": "application/json",
      "user-agent": "mxseal",
      "accept-encoding": "identity",
      connection: "close",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
  }
}

type StatusVerdict =
  | { readonly kind: "taken" | "refused" }
  | { readonly kind: "later"; readonly unsent: boolean; readonly retryAfterMs: number | undefined };

function verdictOf(status: number, retryAfter: string | null): StatusVerdict {
  if (status >= 200 && status < 300) return { kind: "taken" };
  if (status < 500 && !laterStatuses.has(status)) return { kind: "refused" };
  const retryAfterMs = parseRetryAfter(retryAfter, systemClock.now());
  return { kind: "later", unsent: unsentStatuses.has(status), retryAfterMs };
}

/** Seconds or an instant (RFC 9110 §10.2.3), within a bound; undefined when it says neither. */
export function parseRetryAfter(text: string | null, nowMs: number): number | undefined {
  if (text === null) return undefined;
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), longestRetryAfterMs);
}

/** The beginning of the body; what breaks behind the status changes nothing. */
async function readAnswer({ body }: Response): Promise<string> {
  if (body === null) return "";
  let kept = Buffer.alloc(0);
  try {
    for await (const part of body as AsyncIterable<Uint8Array>) {
      kept = Buffer.concat([kept, part]);
      if (kept.length >= keptAnswerBytes) break;
    }
  } catch (error) {
    if (!isNetworkFault(error)) throw error;
  }
  return kept.subarray(0, keptAnswerBytes).toString("utf8");
}

function outcomeOf(error: unknown, timeoutMs: number): SmsOutcome {
  if (error instanceof MxsealError) {
    return { kind: "later", unsent: true, status: error.message, answer: "" };
  }
  if (!isNetworkFault(error)) throw error;
  if (error.name === "TimeoutError") {
    const status = `no answer within ${timeoutMs / 1000} s`;
    return { kind: "later", unsent: false, status, answer: "" };
  }
  const { code, message } = causeOf(error);
  const unsent = code !== undefined && (unsentCodes.has(code) || isTlsCode(code));
  return { kind: "later", unsent, status: code ?? message, answer: "" };
}

/** Fetch tells all faults of the network alike (Fetch §5.6); the cause says which. */
function isNetworkFault(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return error.name === "TimeoutError" || error instanceof TypeError;
}

function causeOf(error: Error): { readonly code: string | undefined; readonly message: string } {
  const { cause } = error;
  if (!(cause instanceof Error)) return { code: undefined, message: error.message };
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  return { code, message: cause.message };
}

/** No certificate, no request: OpenSSL's own codes, and those of Node's check of the name. */
function isTlsCode(code: string): boolean {
  return /^(?:ERR_SSL_|ERR_TLS_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/.test(code);
}
