/**
 * The one place where a code is checked. A mistyped code is recognised by its check character and
 * costs nothing; any other is counted before the key is derived, so that guessing in parallel
 * gains nothing. The store keeps count.
 */
import { formOf, tryCode } from "../gate/try-code.ts";
import { parseCodeAs } from "../seal/code-key.ts";
import { codeVersionOf } from "../seal/code-version.ts";
import { lookupIdOf, parseLinkToken } from "../seal/link-token.ts";
import type { AttemptOutcome } from "../store/attempt-limits.ts";
import { stateOf } from "../store/message-state.ts";
import type { RememberedCode } from "../store/remembered-store.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import type { CodeFault } from "./code-page.ts";
import type { Notice } from "./notice-page.ts";
import type { PortalContext } from "./portal-context.ts";
import type { Session } from "./session.ts";

export interface LinkedMessage {
  readonly kind: "message";
  readonly message: SealedMessage;
  readonly token: Buffer;
  /** The code that stands for its recipient; undefined: it has a code of its own. */
  readonly remembered: RememberedCode | undefined;
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
  if (shut !== undefined) return notice(shut);
  return { kind: "message", message, token, remembered: await rememberedOf(context, message) };
}

async function rememberedOf(
  { remembered }: PortalContext,
  { rememberedCodeId }: SealedMessage,
): Promise<RememberedCode | undefined> {
  return rememberedCodeId === null ? undefined : await remembered.find(rememberedCodeId);
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
  const code = parseCodeAs(formOf(entry.link.remembered), entry.input);
  if (!code.ok) return { kind: "fault", fault: { kind: code.error } };
  // The place is taken before the attempt is counted: a busy portal costs nobody a try.
  using place = await context.derivations.enter(entry.network);
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
  // The wait for a place may have been long: its sender may have made a new code meanwhile.
  const message = await store.findByLookupId(lookupId);
  if (message === undefined) return notice({ kind: "unknownLink" });
  const remembered = await rememberedOf(context, message);
  const { pepper } = context;
  const { token } = entry.link;
  const messageKey = await tryCode({ message, remembered, token, code, pepper });
  if (messageKey === undefined) return await wrongCode(context, message, attempt);
  const now = clock.now();
  const isValid = await store.resetAttempts(lookupId, now, entry.network, message.salt);
  if (!isValid) return { kind: "fault", fault: { kind: "outdated" } };
  const times = { openedAt: now, seenAt: now };
  const codeVersion = codeVersionOf(message);
  return {
    kind: "opened",
    session: { messageId: message.id, lookupId, messageKey, codeVersion, ...times },
  };
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
