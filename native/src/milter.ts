/**
 * A mail filter (milter) for Postfix and sendmail on libmilter: `createMilter` is the whole entrance.
 * README.md beside this folder has an example, the guarantees and the traps.
 */
import { LibmilterMilter } from "./libmilter-milter.ts";
import type { Milter } from "./milter-control.ts";
import type { MilterHandlers } from "./milter-handlers.ts";
import type { MilterOptions } from "./milter-options.ts";
import { loadAddon } from "./native-addon.ts";
import { nativeSettings } from "./native-settings.ts";

export type { Address, Recipient } from "./envelope.ts";
export { type Header, HeaderList } from "./header-list.ts";
export type {
  AbortReason,
  ClientInfo,
  EnvelopeContext,
  Message,
  MessageContext,
  RecipientVerdict,
  Verdict,
} from "./message.ts";
export type { MessageEditor, RecipientArguments, SenderArguments } from "./message-editor.ts";
export type { Milter, MilterState, MilterStats, StopCause, StopReport } from "./milter-control.ts";
export { MilterError, type MilterErrorCode } from "./milter-error.ts";
export type { MilterHandlers } from "./milter-handlers.ts";
export type {
  BodyOption,
  Capability,
  MilterLimits,
  MilterOptions,
  Stage,
  TcpListen,
  UnixListen,
} from "./milter-options.ts";
export type { SmtpReply } from "./smtp-reply.ts";

/** Throws ERR_MILTER_OPTIONS or ERR_MILTER_ADDON; touches nothing outside the process. */
export function createMilter(options: MilterOptions, handlers: MilterHandlers): Milter {
  return new LibmilterMilter(options, handlers, nativeSettings(options, handlers), loadAddon());
}
