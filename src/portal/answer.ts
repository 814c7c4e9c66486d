/** How the routes answer: language and headers of each surface, in one place. */

import type { FastifyReply, FastifyRequest } from "fastify";
import { asLanguage } from "../base/language.ts";
import { wordsIn } from "./catalogue.ts";
import { pickLanguage } from "./language.ts";
import { type Notice, noticePage, noticeStatus, retryAfterSeconds } from "./notice-page.ts";
import type { PageSetting } from "./page.ts";
import type { PortalContext } from "./portal-context.ts";
import { type Surface, securityHeaders } from "./security-headers.ts";
import { brandingFor, noteSender } from "./sender-branding.ts";

/** The language named in the link, else the browser's. */
export function settingOf(context: PortalContext, request: FastifyRequest): PageSetting {
  const language = pickLanguage(queryOf(request, "lang"), request.headers["accept-language"]);
  const branding = brandingFor(context.brandings, request);
  return { language, words: wordsIn(language), branding, timeZone: context.timeZone };
}

/** `?lang=` as the reader chose it, to be carried on; "" when the browser's wish decides. */
export function chosenLanguage(request: FastifyRequest): string {
  const lang = asLanguage(queryOf(request, "lang"));
  return lang === undefined ? "" : `?lang=${lang}`;
}

/** undefined also when the address could not be parsed and there is no query at all. */
export function queryOf(request: FastifyRequest, name: "lang" | "view"): unknown {
  const query = request.query as Readonly<Record<string, unknown>> | null | undefined;
  return query?.[name];
}

/** Sets the headers of a surface; what they were before is gone. */
export function dress(context: PortalContext, reply: FastifyReply, surface: Surface): void {
  reply.headers(securityHeaders(surface, context.secure));
}

export function sendPage(
  context: PortalContext,
  reply: FastifyReply,
  answer: { readonly status: number; readonly markup: string },
): FastifyReply {
  dress(context, reply, "page");
  return reply
    .code(answer.status)
    .header("vary", "accept-language")
    .type("text/html; charset=utf-8")
    .send(answer.markup);
}

export function sendNotice(
  context: PortalContext,
  request: FastifyRequest,
  reply: FastifyReply,
  notice: Notice,
): FastifyReply {
  reply.removeHeader("content-disposition");
  reply.removeHeader("content-length");
  if ("sender" in notice) noteSender(request, notice.sender);
  const retryAfter = retryAfterSeconds(notice, context.clock.now());
  if (retryAfter !== undefined) reply.header("retry-after", retryAfter);
  const markup = noticePage(settingOf(context, request), notice);
  return sendPage(context, reply, { status: noticeStatus(notice), markup });
}

/** To another page of the portal; never to anywhere else. */
export function redirect(
  context: PortalContext,
  reply: FastifyReply,
  path: `/${string}`,
): FastifyReply {
  dress(context, reply, "page");
  return reply.redirect(path, 303);
}
