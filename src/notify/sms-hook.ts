/**
 * The administrator's way of sending an SMS: a program (`sms-program.ts`) or a service
 * (`sms-service.ts`). Both are given the same JSON and asked to take it over; mxseal knows nothing of
 * gateways and providers.
 */
import type { PhoneNumber } from "../base/phone-number.ts";

export interface Sms {
  readonly to: PhoneNumber;
  readonly text: string;
  /** The sealed message's public identifier. */
  readonly message: string;
}

export type SmsOutcome = {
  /** For the log: `exit status 75`, `HTTP 503`. No word of the hook's own. */
  readonly status: string;
  /** What the hook said, cut short. It may repeat number and text: never for the log. */
  readonly answer: string;
} & (
  | { readonly kind: "taken" }
  /** `unsent`: it is certain that nothing was sent. */
  | { readonly kind: "later"; readonly unsent: boolean; readonly retryAfterMs?: number | undefined }
  | { readonly kind: "refused" }
);

export interface SmsHook {
  /** Resolves within its deadline, whatever the hook does. */
  send(sms: Sms): Promise<SmsOutcome>;
}

/** Of what a hook says. */
export const keptAnswerBytes = 4096;

/** One line of UTF-8. */
export function smsJson({ to, text, message }: Sms): string {
  return JSON.stringify({ to, text, message });
}
