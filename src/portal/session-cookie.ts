/** The session's cookie: strictly same-site, out of reach of script, gone when the session ends. */
import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { PortalContext } from "./portal-context.ts";
import { type Session, sealSession, sessionCookieName, sessionEndsAt } from "./session.ts";

/** A cookie younger than this is not written anew. */
const renewAfterMs = 60_000;

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
  const leftMs = sessionEndsAt(session) - context.clock.now();
  reply.setCookie(name, sealSession(session, context.sessionKey), {
    ...attributes(context),
    maxAge: Math.max(0, Math.floor(leftMs / 1000)),
  });
}

/** Each request moves the idle end of the session, never its last end. */
export function renewSessionCookie(
  context: PortalContext,
  reply: FastifyReply,
  session: Session,
): void {
  const seenAt = context.clock.now();
  if (seenAt - session.seenAt < renewAfterMs) return;
  setSessionCookie(context, reply, { ...session, seenAt });
}

export function forgetSessionCookie(
  context: PortalContext,
  reply: FastifyReply,
  messageId: string,
): void {
  reply.clearCookie(sessionCookieName(messageId, context.secure), attributes(context));
}

function attributes(context: PortalContext): CookieSerializeOptions {
  return { path: "/", httpOnly: true, sameSite: "strict", secure: context.secure };
}
