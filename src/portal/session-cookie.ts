/**
 * The session's cookie: strictly same-site, out of reach of script. The browser keeps it to the last
 * end of the session and not to its idle end, which the portal watches: so that who closes a message
 * is known as its reader also while an upload takes longer than that.
 */
import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { PortalContext } from "./portal-context.ts";
import {
  openSession,
  readSession,
  type Session,
  sealSession,
  sessionCookieName,
  sessionEndsAt,
  sessionMaxMs,
} from "./session.ts";

/** A cookie younger than this is not written anew. */
const renewAfterMs = 60_000;

/** The browser sends all of them with each request, and servers in between take 8 KiB. */
const maxSessions = 20;
/** At once: an answer's own headers may not grow much either. */
const maxForgotten = 10;

/** What may stand in a cookie's name. */
export const messageIdPattern: RegExp = /^[A-Za-z0-9_-]{1,64}$/;

export function readSessionCookie(
  context: PortalContext,
  request: FastifyRequest,
  messageId: string,
): string | undefined {
  return request.cookies[sessionCookieName(messageId, context.secure)];
}

export function setSessionCookie(
  context: PortalContext,
  reply: FastifyReply,
  session: Session,
): void {
  const name = sessionCookieName(session.messageId, context.secure);
  const leftMs = session.openedAt + sessionMaxMs - context.clock.now();
  reply.setCookie(name, sealSession(session, context.sessionKey), {
    ...attributes(context),
    maxAge: Math.max(0, Math.floor(leftMs / 1000)),
  });
}

/** Whether it was closed, or its time passed, while a request of it was under way. */
export function hasEnded({ closed, clock }: PortalContext, session: Session): boolean {
  return closed.has(session) || sessionEndsAt(session) <= clock.now();
}

/**
 * Each request moves the idle end of the session, never its last end; none opens one that is over.
 * Its cookie is left as it is, for it may be that of a newer session by now.
 */
export function renewSessionCookie(
  context: PortalContext,
  reply: FastifyReply,
  session: Session,
): void {
  if (hasEnded(context, session)) return;
  const seenAt = context.clock.now();
  if (seenAt - session.seenAt < renewAfterMs) return;
  setSessionCookie(context, reply, { ...session, seenAt });
}

/** For requests that are under way as well. */
export function closeSession(
  context: PortalContext,
  request: FastifyRequest,
  reply: FastifyReply,
  messageId: string,
): void {
  endSession(context, request, messageId);
  forgetSessionCookie(context, reply, messageId);
}

/** Of this message in this browser, if there is one; also one that nobody used for long. */
export function endSession(
  context: PortalContext,
  request: FastifyRequest,
  messageId: string,
): void {
  const cookie = readSessionCookie(context, request, messageId) ?? "";
  const session = readSession(cookie, messageId, context.sessionKey);
  if (session !== undefined) context.closed.note(session);
}

function forgetSessionCookie(context: PortalContext, reply: FastifyReply, messageId: string): void {
  reply.clearCookie(sessionCookieName(messageId, context.secure), attributes(context));
}

/** When a message is opened: of those that were, the ones that were not seen for the longest time. */
export function forgetOldestSessions(
  context: PortalContext,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: Session,
): void {
  const prefix = sessionCookieName("", context.secure);
  const others = Object.entries(request.cookies)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, text]) => ({ id: name.slice(prefix.length), text: text ?? "" }))
    .filter(({ id }) => id !== opened.messageId && messageIdPattern.test(id));
  if (others.length < maxSessions) return;
  const now = context.clock.now();
  const seen = others.map(({ id, text }) => {
    return { id, at: openSession(text, id, context.sessionKey, now)?.seenAt ?? 0 };
  });
  const surplus = seen.toSorted((one, other) => other.at - one.at).slice(maxSessions - 1);
  for (const { id } of surplus.slice(-maxForgotten)) forgetSessionCookie(context, reply, id);
}

function attributes(context: PortalContext): CookieSerializeOptions {
  return { path: "/", httpOnly: true, sameSite: "strict", secure: context.secure };
}
