/** The compiled addon's functions as TypeScript sees them; addon.cc is the other side. */
import { createRequire } from "node:module";
import type { MilterStats } from "./milter-control.ts";
import { MilterError } from "./milter-error.ts";

/** One modification, ready for libmilter; what the fields mean depends on the kind. */
export interface Modification {
  readonly kind:
    | "changeSender"
    | "addRecipient"
    | "deleteRecipient"
    | "changeHeader"
    | "insertHeader"
    | "addHeader"
    | "quarantine";
  readonly index: number;
  readonly first: string;
  /** Absent deletes a header, or means an address without arguments. */
  readonly second?: string;
}

export interface NativeSettings {
  readonly name: string;
  readonly connection: string;
  /** Host or path where the socket can be reached in the end; port 0 means a path. */
  readonly address: string;
  readonly port: number;
  readonly actions: number;
  readonly body: "none" | "buffer" | "stream";
  readonly maxBytes: number;
  readonly batchBytes: number;
  readonly overflowRejects: boolean;
  readonly failureRejects: boolean;
  readonly asksRecipients: boolean;
  readonly recipients: number;
  readonly headerBytes: number;
  readonly sessions: number;
  readonly handlerTimeoutMs: number;
  readonly progressMs: number;
  /** Macro names to read, by libmilter's stage number. */
  readonly macros: readonly (readonly string[])[];
  /** Macro lists to ask the MTA for, by stage number; empty to leave it to the MTA. */
  readonly requested: readonly string[];
}

export type EventKind =
  | "listening"
  | "ended"
  | "recipient"
  | "chunk"
  | "end"
  | "drained"
  | "answered"
  | "aborted";

export type NativeEvent = readonly [
  kind: EventKind,
  ticket: number,
  facts: readonly string[],
  bytes: Buffer,
  detail: string,
];

/** Functions with a ticket return false, or -1, when the message is over and nothing was taken. */
export interface NativeAddon {
  claim(): boolean;
  release(): void;
  listen(settings: NativeSettings): string;
  run(listener: (...event: NativeEvent) => void): void;
  acknowledge(ticket: number): void;
  modify(ticket: number, modifications: readonly Modification[]): boolean;
  pushBody(ticket: number, piece: Uint8Array): number;
  finish(ticket: number, verdict: "accept" | "discard"): boolean;
  reply(ticket: number, code: string, enhanced: string, lines: readonly string[]): boolean;
  fail(ticket: number): boolean;
  drain(): void;
  detach(): number;
  keepAlive(alive: boolean): void;
  stats(): MilterStats;
  groupId(name: string): number;
}

/** Throws ERR_MILTER_ADDON when it is not compiled or its libmilter is not installed. */
export function loadAddon(): NativeAddon {
  try {
    return createRequire(import.meta.url)("../build/Release/milter.node") as NativeAddon;
  } catch (cause) {
    const hint = "run the package's compile script, with libmilter installed";
    throw new MilterError("ERR_MILTER_ADDON", `the addon cannot be loaded: ${hint}`, { cause });
  }
}
