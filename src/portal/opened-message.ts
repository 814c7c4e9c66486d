/**
 * From a session to the opened original: as a stream of any size, or what of it a page shows. Nothing
 * is kept between requests and nothing touches a disk. One message is looked through
 * once at a time, so that who opens a large one many times at once is in nobody's way; and no longer
 * than somebody waits for it.
 */
import { setImmediate } from "node:timers/promises";
import { MxsealError } from "../base/errors.ts";
import { type ReadableMessage, readMessage } from "../mime/readable-message.ts";
import { openChunks } from "../seal/chunk-cipher.ts";
import { codeVersionOf } from "../seal/code-version.ts";
import { stateOf } from "../store/message-state.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import type { Notice } from "./notice-page.ts";
import type { PortalContext } from "./portal-context.ts";
import { openSession, type Session } from "./session.ts";

export type SessionOutcome =
  | { readonly kind: "open"; readonly session: Session; readonly message: SealedMessage }
  | { readonly kind: "notice"; readonly notice: Notice };

/** 256 KiB: a tenth of a second where every byte costs most. */
const chunksPerTurn = 4;

export type MessageContent = "too-large" | "unreadable" | ReadableMessage;

/** `cookie` is the value of this message's session cookie. Asks the store whether it still is. */
export async function resumeSession(
  context: PortalContext,
  messageId: string,
  cookie: string | undefined,
): Promise<SessionOutcome> {
  const now = context.clock.now();
  const session =
    cookie === undefined ? undefined : openSession(cookie, messageId, context.sessionKey, now);
  if (session === undefined || context.closed.has(session)) {
    return { kind: "notice", notice: { kind: "sessionEnded" } };
  }
  const message = await context.store.findByLookupId(session.lookupId);
  if (message === undefined || message.id !== messageId) {
    return { kind: "notice", notice: { kind: "unknownLink" } };
  }
  const notice = whyEnded(session, message, now);
  return notice === undefined ? { kind: "open", session, message } : { kind: "notice", notice };
}

/** A lock keeps others out, not who has opened the message; a new code does. */
function whyEnded(session: Session, message: SealedMessage, nowMs: number): Notice | undefined {
  const { expiresAt, sender } = message;
  const state = stateOf(message, nowMs);
  if (state.kind === "recalled") return { ...state, sender };
  if (state.kind === "expired") return { kind: "expired", expiresAt, sender };
  return session.codeVersion !== codeVersionOf(message) ? { kind: "sessionEnded" } : undefined;
}

/** The original, byte for byte; rejects when the store fails, a byte was changed, or `signal` says so. */
export function streamOriginal(
  context: PortalContext,
  session: Session,
  signal?: AbortSignal,
): AsyncIterable<Buffer> {
  return paced(openChunks(context.store.readChunks(session.messageId), session.messageKey), signal);
}

/**
 * The same for a download whose length was announced: a row with another size than its chunks would
 * let half a file seem whole. The last piece is held back until it is clear that nothing follows.
 */
export async function* streamWhole(
  context: PortalContext,
  session: Session,
  { sizeBytes }: Pick<SealedMessage, "sizeBytes">,
): AsyncGenerator<Buffer> {
  let leftBytes = sizeBytes;
  let held: Buffer | undefined;
  for await (const piece of streamOriginal(context, session)) {
    leftBytes -= piece.length;
    if (leftBytes < 0) throw wrongSize();
    if (held !== undefined) yield held;
    held = piece;
  }
  if (leftBytes !== 0) throw wrongSize();
  if (held !== undefined) yield held;
}

function wrongSize(): MxsealError {
  const text = "a sealed message is damaged: it has another size than its row says";
  return new MxsealError("MXSEAL_SEALED_DAMAGED", text);
}

export interface Reader {
  readonly network: string;
  /** Aborted when the reader is gone. */
  readonly signal: AbortSignal;
}

/**
 * undefined when too many others are being opened at this moment, or the same message too often, or
 * when nobody waits for it any more.
 */
export async function loadContent(
  context: PortalContext,
  session: Session,
  message: SealedMessage,
  reader: Reader,
): Promise<MessageContent | undefined> {
  const { network, signal } = reader;
  if (message.sizeBytes > context.maxShownBytes) return "too-large";
  // Its own first: whoever waits in it takes no place among those of other messages.
  using turn = await context.messageTurns.enter(session.messageId, signal);
  if (turn === undefined) return undefined;
  using place = await context.openings.enter(network, signal);
  if (place === undefined) return undefined;
  try {
    return (await readMessage(streamOriginal(context, session, signal))) ?? "unreadable";
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined;
    throw error;
  }
}

/** Lets others have their turn: neither store nor ciphers nor a fast reader's socket ever wait. */
async function* paced(
  chunks: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    yield chunk;
    count += 1;
    if (count % chunksPerTurn === 0) await setImmediate();
  }
}
