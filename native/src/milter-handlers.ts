/** The functions a milter's user supplies. Each may be asynchronous; messages overlap. */

import type { Recipient } from "./envelope.ts";
import type {
  AbortReason,
  EnvelopeContext,
  Message,
  MessageContext,
  RecipientVerdict,
  Verdict,
} from "./message.ts";
import type { MessageEditor } from "./message-editor.ts";

export interface MilterHandlers {
  /** Asked about each recipient when present; costs a round trip each. */
  recipient?(
    recipient: Recipient,
    envelope: EnvelopeContext,
  ): RecipientVerdict | Promise<RecipientVerdict>;
  /** Mode `stream`: called once, before the first chunk, or before `message` for an empty body. */
  begin?(message: MessageContext): void | Promise<void>;
  /**
   * Mode `stream`: called with one chunk after another, in order, never overlapping for one message.
   * At most two batches are on their way; until the promise settles the MTA has to wait.
   * The chunk is the handler's to keep.
   */
  bodyChunk?(chunk: Buffer, message: MessageContext): void | Promise<void>;
  /** The whole message has been received: the one place where it is decided. */
  message(message: Message, edit: MessageEditor): Verdict | Promise<Verdict>;
  /** No verdict is wanted any more. Called at most once, only after `begin` or `message` was. */
  aborted?(message: MessageContext, reason: AbortReason): void;
  /** A handler threw or rejected; the MTA got the failure answer. Without it, a process warning. */
  failed?(error: unknown, message: MessageContext | EnvelopeContext): void;
}
