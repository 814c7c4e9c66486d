/** `[sms]`: codes by SMS, through a program or service of the administrator's. */
import { z } from "zod";
import { isPhonePrefix } from "../base/phone-number.ts";
import type { ConfigFault } from "./config-fault.ts";
import { isLoopback, path, seconds } from "./value-form.ts";

export interface SmsConfig {
  /** Absolute path of a program, or a URL: https, or http on this machine. None: no SMS. */
  readonly hook?: string | undefined;
  /** Holds what the service wants to see as a bearer token. */
  readonly token_file?: string | undefined;
  /** What numbers must begin with: `+49`, or `+4917` for less. */
  readonly countries: readonly string[];
  readonly per_message: number;
  readonly per_sender_per_hour: number;
  readonly per_day: number;
  /** For one call of the hook. */
  readonly timeout_seconds: number;
  readonly max_tries: number;
}

const smsHook = z.string().refine(isSmsHook, {
  message: "expected the absolute path of a program, https://…, or http:// on this machine",
});
const phonePrefix = z.string().refine(isPhonePrefix, {
  message: "expected + and a country's calling code, and what follows it: +49 or +4917",
});

export const smsTable: z.ZodType<SmsConfig> = z
  .strictObject({
    hook: smsHook.optional(),
    token_file: path.optional(),
    countries: z.array(phonePrefix).default([]),
    per_message: z.int().min(1).max(20).default(3),
    per_sender_per_hour: z.int().min(1).max(1000).default(20),
    per_day: z.int().min(1).max(100_000).default(200),
    timeout_seconds: seconds(1, 20).default(10),
    max_tries: z.int().min(1).max(12).default(6),
  })
  .prefault({});

/** No country by default: who may make a machine send SMS anywhere makes money with it. */
export function findSmsFaults({
  hook,
  token_file: tokenFile,
  countries,
}: SmsConfig): readonly ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (hook !== undefined && countries.length === 0) {
    faults.push({ key: "countries", text: 'must say where SMS may go, such as ["+49"]' });
  }
  if (tokenFile !== undefined && (hook === undefined || hook.startsWith("/"))) {
    faults.push({ key: "token_file", text: "is for a hook that is a URL" });
  }
  return faults;
}

/** A name and password in the URL would stand in the configuration for all to read. */
function isSmsHook(text: string): boolean {
  if (text.startsWith("/")) return !text.endsWith("/");
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "" || url.hash !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}
