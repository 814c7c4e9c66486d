/**
 * The modifications a handler may record. Nothing is sent while it records: after `accept` the
 * library puts them in the order an MTA takes them in and emits them together. With any other
 * verdict none is sent. What cannot be done throws ERR_MILTER_EDIT at the call.
 *
 * Header values are bytes as characters 0 to 255, LF (or CR LF) only before a blank or tab; a blank is
 * put in front of a value that begins with neither blank, tab nor LF.
 */
import type { Recipient } from "./envelope.ts";

export interface MessageEditor {
  /** Replaces the value of the nth header of that name (default 1), which must exist. */
  setHeader(name: string, value: string, nth?: number): void;
  /** Removes the nth header of that name, which must exist; by default all of them, if any. */
  removeHeader(name: string, nth?: number | "all"): void;
  /**
   * `top` is above the MTA's own Received, `afterReceived` just below it. Headers put in the same
   * place come out in the order of the calls.
   */
  insertHeader(at: "top" | "afterReceived" | "end", name: string, value: string): void;
  /** An empty address is the null sender. */
  setSender(address: string, args?: SenderArguments): void;
  addRecipient(address: string, args?: RecipientArguments): void;
  /** One of the message's own recipients. All may be removed only when others are added. */
  removeRecipient(recipient: Recipient): void;
  /**
   * Bare LF becomes CR LF. An iterable is read while the MTA takes it; if it throws, the message
   * fails as when the handler throws.
   */
  replaceBody(body: Uint8Array | string | AsyncIterable<Uint8Array>): void;
  /** The MTA accepts the message and holds it. */
  quarantine(reason: string): void;
}

export interface SenderArguments {
  readonly ret?: "FULL" | "HDRS";
  readonly envid?: string;
}

export interface RecipientArguments {
  readonly notify?: string;
  readonly orcpt?: string;
}
