/**
 * The log of a running process: JSON lines through pino. An error given as `error` becomes its
 * code, message and advice; stacks only for bugs. Nothing secret is ever given to a log, and as a
 * second fence the fields that could hold a secret by name are cut out.
 */
import { type DestinationStream, destination, type Logger, pino } from "pino";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";

export interface LogOptions {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly role: string;
  /** Default: standard output, written synchronously so that a crash loses no line. */
  readonly stream?: DestinationStream;
}

export function createLog(options: LogOptions): Log {
  return pino(
    {
      level: options.level,
      base: { process: options.role, pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: "text",
      serializers: { error: describeError },
      redact: { paths: ["token", "key", "password", "pepper"], censor: "[removed]" },
    },
    options.stream ?? destination({ fd: 1, sync: true }),
  ) satisfies Logger;
}

/** What an operator needs of an error; the chain of causes as text. */
export function describeError(error: unknown): unknown {
  if (error instanceof MxsealError) {
    return {
      code: error.code,
      temporary: error.temporary,
      message: error.message,
      advice: error.advice,
      ...(error.cause instanceof Error ? { cause: error.cause.message } : {}),
    };
  }
  if (error instanceof Error) return { message: error.message, stack: error.stack };
  return error;
}
