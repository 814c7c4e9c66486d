/**
 * The one place where a code is checked. A mistyped code is recognised by its check character and
 * costs nothing; any other is counted before the key is derived, so that guessing in parallel
 * gains nothing. The store keeps count.
 */
import { parseCode } from "../seal/code.ts";
import { lookupIdOf, parseLinkToken } from "../seal/link-token.ts";
import { unwrapMessageKey } from "../seal/message-key.ts";
import { stateOf } from "../store/message-state.ts";
import type { AttemptOutcome, SealedMessage } from "../store/store.ts";
import type { CodeFault } from "./code-page.ts";
import type { Notice } from "./notice-page.ts";
import type { PortalContext } from "./portal-context.ts";
import type { Session } from "./session.ts";

export interface LinkedMessage {
  readonly kind: "message";
  readonly message: SealedMessage;
  readonly token: Buffer;
}

export interface NoticeOutcome {
  readonly kind: "notice";
  readonly notice: Notice;
}

export type CodeOutcome =
  | { readonly kind: "opened"; readonly session: Session }
  | { readonly kind: "fault"; readonly fault: CodeFault }
  | NoticeOutcome;

export interface CodeEntry {
  readonly link: LinkedMessage;
  /** As typed. */
  readonly input: string;
  /** From `client-network.ts`. */
  readonly network: string;
}

/** What a link leads to; asks the store and changes nothing. */
export async function findLinked(
  context: PortalContext,
  linkToken: string,
): Promise<LinkedMessage | NoticeOutcome> {
  const token = parseLinkToken(linkToken);
  if (token === undefined) return notice({ kind: "unknownLink" });
  const message = await context.store.findByLookupId(lookupIdOf(token));
  if (message === undefined) return notice({ kind: "unknownLink" });
  const shut = whyShut(message, context.clock.now());
  return shut === undefined ? { kind: "message", message, token } : notice(shut);
}

/** Why nobody can enter a code now; undefined when everybody can. */
function whyShut(message: SealedMessage, nowMs: number): Notice | undefined {
  const { expiresAt, sender } = message;
  const state = stateOf(message, nowMs);
  switch (state.kind) {
    case "available":
      return undefined;
    case "expired":
      return { kind: "expired", expiresAt, sender };
    case "locked":
    case "recalled":
      return { ...state, sender };
  }
}

/** Rejects with MXSEAL_STORE_UNUSABLE; then nothing was opened. */
export async function enterCode(context: PortalContext, entry: CodeEntry): Promise<CodeOutcome> {
  if (entry.input.trim() === "") return { kind: "fault", fault: { kind: "empty" } };
  const code = parseCode(entry.input);
  if (!code.ok) return { kind: "fault", fault: { kind: code.error } };
  // The place is taken before the attempt is counted: a busy portal costs nobody a try.
  using place = await context.derivations.enter();
  if (place === undefined) return notice({ kind: "busy" });
  return await countAndTry(context, entry, code.value);
}

async function countAndTry(
  context: PortalContext,
  entry: CodeEntry,
  code: string,
): Promise<CodeOutcome> {
  const { sender, lookupId } = entry.link.message;
  const { store, clock, attemptLimits } = context;
  const attempt = await store.countAttempt(lookupId, entry.network, clock.now(), attemptLimits);
  if (attempt.kind === "gone") return notice({ kind: "unknownLink" });
  if (attempt.kind === "locked") return notice({ ...attempt, sender });
  if (attempt.kind === "network-paused") {
    return notice({ kind: "paused", untilAt: attempt.untilAt, sender });
  }
  const messageKey = await tryCode(context, entry.link, code);
  if (messageKey === undefined) return await wrongCode(context, entry.link.message, attempt);
  const now = clock.now();
  await store.resetAttempts(lookupId, now, entry.network);
  const messageId = entry.link.message.id;
  return {
    kind: "opened",
    session: { messageId, lookupId, messageKey, openedAt: now, seenAt: now },
  };
}

function tryCode(
  context: PortalContext,
  { message, token }: LinkedMessage,
  code: string,
): Promise<Buffer | undefined> {
  const { wrappedKey, salt, lookupId, recipient } = message;
  const { pepper } = context;
  return unwrapMessageKey({ wrappedKey, salt, token, code, pepper, lookupId, recipient });
}

async function wrongCode(
  context: PortalContext,
  message: SealedMessage,
  left: Extract<AttemptOutcome, { readonly kind: "counted" }>,
): Promise<CodeOutcome> {
  const { sender } = message;
  if (left.leftForMessage < 1) {
    context.log.warn({ message: message.id }, "message locked after too many wrong codes");
    const locked = await context.store.findByLookupId(message.lookupId);
    const shut = locked && whyShut(locked, context.clock.now());
    return notice(shut ?? { kind: "unknownLink" });
  }
  if (left.leftForNetwork < 1) {
    const { networkPauseMs } = context.attemptLimits;
    const untilAt = left.hourEndsAt ?? context.clock.now() + networkPauseMs;
    return notice({ kind: "paused", untilAt, sender });
  }
  const triesLeft = Math.min(left.leftForMessage, left.leftForNetwork);
  return { kind: "fault", fault: { kind: "wrong", triesLeft } };
}

function notice(reason: Notice): NoticeOutcome {
  return { kind: "notice", notice: reason };
}
