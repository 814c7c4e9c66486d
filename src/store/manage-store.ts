/**
 * What senders and administrators do with sealed messages, and what their senders are alarmed of.
 * As with the rest of the store, what resolves would survive a power cut.
 */
import type { MessageCode, SealedMessage } from "./sealed-store.ts";
import type { NewSms } from "./sms-store.ts";

export type ListedState = "waiting" | "opened" | "locked" | "recalled" | "expired";

/** All that is given must hold. */
export interface MessageFilter {
  /** An address, or `@DOMAIN` for all of a domain; case does not matter. */
  readonly sender?: string;
  readonly recipient?: string;
  readonly createdSince?: number;
  readonly state?: ListedState;
}

export interface NewWrap {
  /** Of the wrap that this one takes the place of. */
  readonly oldSalt: Buffer;
  readonly salt: Buffer;
  readonly wrappedKey: Buffer;
  /** The new code goes by SMS as well. */
  readonly sms?: NewSms | undefined;
  readonly code: Exclude<MessageCode, { readonly kind: "remembered" }>;
}

export const leastLifeMs: number = 3_600_000;
export const longestLifeMs: number = 365 * 86_400_000;

export interface ManageStore {
  findByManageId(manageId: string): Promise<SealedMessage | undefined>;
  /** `id`: the short public one. */
  findById(id: string): Promise<SealedMessage | undefined>;
  /** Newest first; `after` is the last one of the page before. */
  list(
    filter: MessageFilter,
    nowMs: number,
    page: { readonly limit: number; readonly after?: SealedMessage | undefined },
  ): Promise<readonly SealedMessage[]>;
  /**
   * Takes the message back: its keys are gone in one durable step, its chunks when this resolves
   * (or, if the process ends before, with the next sweep), its waiting mails too. The row stays
   * until 90 days after its end, so that the link can say what happened. False: there was nothing left to
   * take back.
   */
  recall(id: string, recalledAt: number): Promise<boolean>;
  /**
   * Moves the end. Throws a RangeError unless it is an hour to 365 days from now. False when the
   * message is not there, recalled or expired.
   */
  extend(id: string, expiresAt: number, nowMs: number): Promise<boolean>;
  /**
   * Lets all networks try again, from the start. `needs-new-code` when so many wrong codes were tried
   * that only a new code helps.
   */
  unlock(id: string, nowMs: number): Promise<"unlocked" | "needs-new-code" | "gone">;
  /**
   * A new code: the old one opens this message no more and goes nowhere, all counts begin anew. One
   * that is to be remembered comes into force; messages that were sealed for another one keep it.
   * False when the wrap is not the old one any more, or the message not there, recalled or expired.
   */
  rewrap(id: string, wrap: NewWrap, renewedAt: number): Promise<boolean>;
  /** Deletes the message with all its traces, chunks first gone when this resolves. */
  purge(id: string): Promise<boolean>;
  /** The reader has no code: raises an alarm, at most two a day per message and twenty per sender. */
  askForCode(lookupId: string, askedAt: number): Promise<AskOutcome>;
}

/**
 * `enough`: the sender was told twice within the day. `too-often`: not told, because so many asked
 * for the codes of the sender's messages.
 */
export type AskOutcome = "noted" | "enough" | "too-often" | "gone";

/** `wrong-codes`: some were tried; `locked`: too many; `no-code`: the reader asks for it. */
export type AlarmKind = "wrong-codes" | "locked" | "no-code";

/** What the sender is to be told of; committed with what it is about. No secret is in it. */
export interface Alarm {
  readonly kind: AlarmKind;
  readonly raisedAt: number;
  readonly message: SealedMessage;
}

export interface AlarmStore {
  /**
   * What is to be mailed now, longest due first; nothing about recalled or expired messages, and of
   * wrong codes at most once an hour per message and ten times per sender, locks first. The others
   * wait.
   */
  due(nowMs: number, limit: number): Promise<readonly Alarm[]>;
  /** After Postfix has taken the mail. One that was raised anew meanwhile stays. */
  complete(alarm: Alarm, mailedAt: number): Promise<void>;
}
