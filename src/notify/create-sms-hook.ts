/** The hook that the configuration names: a program by its path, a service by its URL. */
import type { SmsHook } from "./sms-hook.ts";
import { SmsProgram } from "./sms-program.ts";
import { SmsService } from "./sms-service.ts";

export interface SmsHookOptions {
  readonly hook: string;
  readonly tokenFile: string | undefined;
  readonly timeoutMs: number;
}

export function createSmsHook({ hook, tokenFile, timeoutMs }: SmsHookOptions): SmsHook {
  return hook.startsWith("/")
    ? new SmsProgram(hook, timeoutMs)
    : new SmsService({ url: hook, tokenFile, timeoutMs });
}
