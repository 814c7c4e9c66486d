/** What travels between the main thread and the probe worker; plain data only. */
import type { Domain } from "../base/domain.ts";
import type { ErrorCode } from "../base/errors.ts";
import type { Verdict } from "../base/verdict.ts";

export interface ProbeWorkerData {
  /** Undefined: no file, all defaults. */
  readonly configPath: string | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

export interface ProbeTask {
  readonly id: number;
  readonly domain: Domain;
}

export type ProbeReply =
  | { readonly id: number; readonly kind: "verdict"; readonly verdict: Verdict }
  | {
      readonly id: number;
      readonly kind: "error";
      readonly code: ErrorCode;
      readonly message: string;
    };
