/** What travels between the main thread and the probe worker; plain data only. */
import type { Domain } from "../base/domain.ts";
import type { ErrorCode } from "../base/errors.ts";
import type { RecordedVerdict } from "../gate/record-verdict.ts";

export interface ProbeWorkerData {
  /** Undefined: no file, all defaults. */
  readonly configPath: string | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

export interface ProbeTask {
  readonly id: number;
  readonly domain: Domain;
  /** Nothing that other probes saw before counts. */
  readonly fresh: boolean;
}

export type ProbeReply =
  | { readonly id: number; readonly kind: "verdict"; readonly recorded: RecordedVerdict }
  | {
      readonly id: number;
      readonly kind: "error";
      readonly code: ErrorCode;
      readonly message: string;
    };
