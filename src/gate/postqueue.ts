/**
 * The three things the release queue asks of Postfix; implemented by `gate/postqueue-command.ts`.
 * Each rejects with MXSEAL_POSTFIX_COMMAND_FAILED when Postfix could not be asked.
 */
import type { QueueEntry } from "../wire/postqueue-json.ts";

export interface Postqueue {
  /**
   * Tries one deferred file now. Resolves as well when the file is being delivered or is gone:
   * Postfix does not tell.
   */
  flush(queueId: string, signal: AbortSignal): Promise<void>;
  /** Tries every deferred file now. */
  flushAll(signal: AbortSignal): Promise<void>;
  /**
   * The whole queue, file by file. A listing that could not be read to its end, or not every line
   * of it, ends with a rejection after the entries that could be read.
   */
  list(signal: AbortSignal): AsyncIterable<QueueEntry>;
}
