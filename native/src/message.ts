/** What handlers see of a message and what they may answer. */
import type { Address, Recipient } from "./envelope.ts";
import type { HeaderList } from "./header-list.ts";
import type { SmtpReply } from "./smtp-reply.ts";

export interface ClientInfo {
  /** The name the MTA found for the client, `[address]` or `localhost` when there is none. */
  readonly name: string;
  /** IPv4 or IPv6 address; absent for a client that did not come over the network. */
  readonly address?: string;
  readonly port?: number;
}

/** A session's sender and what came before, at the time a recipient is asked about. */
export interface EnvelopeContext {
  readonly client: ClientInfo;
  readonly helo?: string | undefined;
  readonly sender: Address;
  readonly signal: AbortSignal;
  macro(name: string): string | undefined;
}

/**
 * A message, complete but for its body. The same object comes to `begin`, every `bodyChunk`,
 * `message` and `aborted`, so it can key a WeakMap.
 */
export interface MessageContext {
  /** Counts up from 1 within the process. */
  readonly id: number;
  /** Macro `i`. Postfix knows it from DATA on. */
  readonly queueId?: string | undefined;
  readonly client: ClientInfo;
  readonly helo?: string | undefined;
  readonly sender: Address;
  readonly recipients: readonly Recipient[];
  readonly headers: HeaderList;
  /** Aborted when the MTA gives the message up, is gone, or the deadline has passed. */
  readonly signal: AbortSignal;
  /** The value at the latest stage that gave one; braces of long names may be left out. */
  macro(name: string): string | undefined;
}

export interface Message extends MessageContext {
  /** In mode `buffer` only. */
  readonly body?: Buffer | undefined;
  /** Bytes of body received; 0 in mode `none`. */
  readonly bodyBytes: number;
}

/** `keep` leaves the recipient in; there is no accept, which would unfilter the whole message. */
export type RecipientVerdict = "keep" | SmtpReply;

/** `accept` lets the MTA go on with the message; `discard` swallows it without a word. */
export type Verdict = "accept" | "discard" | SmtpReply;

export type AbortReason =
  /** The MTA took the message back, or hung up, before its end. */
  | "abandoned"
  /** The MTA hung up while the handler worked. */
  | "disconnected"
  /** `handlerTimeoutMs` has passed. */
  | "timeout"
  /** The milter was stopped and the drain time is over. */
  | "stopped";
