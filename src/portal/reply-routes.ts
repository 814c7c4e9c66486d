/**
 * `/v/ID/reply`: a reader's answer to an opened message. The portal cannot send mail: it leaves
 * text and files, sealed, in the store, durably before it says so, and the mailer does the rest.
 * The form bears the reply's number, so that one sent twice is one reply.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ReplyStore } from "../store/reply-store.ts";
import { noteMessage } from "./access-log.ts";
import { queryOf } from "./answer.ts";
import { leaveAnsweredBodiesTime } from "./body-deadline.ts";
import { resumeSession } from "./opened-message.ts";
import type { PortalContext } from "./portal-context.ts";
import { sendEnded, sendForm, sendFormAgain, sendTooLarge, sendUnread } from "./reply-answer.ts";
import type { Exchange, Opened, ReplyRoute } from "./reply-exchange.ts";
import { isFormWithFiles, maxFormBytes, writtenIn } from "./reply-form.ts";
import { ReplyGuard } from "./reply-guard.ts";
import { fullRepliesPerHour, mebibyte } from "./reply-limits.ts";
import { takeText, takeWithFiles } from "./reply-taking.ts";
import { textOf } from "./reply-text.ts";
import { noteSender } from "./sender-branding.ts";
import { readSessionCookie, renewSessionCookie } from "./session-cookie.ts";

type Routed = FastifyRequest<ReplyRoute>;

export async function addReplyRoutes(
  app: FastifyInstance,
  context: PortalContext,
  store: ReplyStore,
): Promise<void> {
  const { maxFiles, maxMib } = context.replyFiles;
  const guard = new ReplyGuard(context.clock, fullRepliesPerHour * maxMib * mebibyte);
  const exchangeOf = (request: Routed, reply: FastifyReply): Exchange => ({
    context,
    store,
    guard,
    request,
    reply,
  });
  // Apart from the other routes, which take no such form.
  await app.register(async (routes) => {
    if (maxFiles > 0) leaveFormsUnread(routes);
    leaveAnsweredBodiesTime(routes);
    routes.get<ReplyRoute>("/v/:id/reply", (request, reply) =>
      withOpened(exchangeOf(request, reply), sendForm),
    );
    routes.post<ReplyRoute>(
      "/v/:id/reply",
      {
        bodyLimit: maxFormBytes,
        errorHandler: (error, request, reply) => {
          if (error.statusCode !== 413) throw error;
          sendTooLarge({ context, request, reply });
        },
      },
      (request, reply) => withOpened(exchangeOf(request, reply), takeForm),
    );
  });
}

/** Whose they are is looked at before their first byte. */
function leaveFormsUnread(routes: FastifyInstance): void {
  routes.addContentTypeParser("multipart/form-data", (_request, _body, done) => {
    done(null);
  });
}

async function withOpened(
  exchange: Exchange,
  send: (exchange: Exchange, opened: Opened) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const { context, store, request, reply } = exchange;
  const { id } = request.params;
  const outcome = await resumeSession(context, id, readSessionCookie(context, request, id));
  if (outcome.kind === "notice") {
    return sendEnded(exchange, outcome.notice, await textOf(exchange, context.lateForms));
  }
  noteMessage(request, id);
  noteSender(request, outcome.message.sender);
  // Files may take minutes: whether its cookie is renewed is for their end to say.
  if (!isFormWithFiles(request)) renewSessionCookie(context, reply, outcome.session);
  const session = { ...outcome.session, seenAt: context.clock.now() };
  return await send(exchange, { ...outcome, session, times: await store.timesOf(id) });
}

async function takeForm(exchange: Exchange, opened: Opened): Promise<FastifyReply> {
  const { context, request } = exchange;
  if (queryOf(request, "view") === "language") {
    const written = await textOf(exchange, context.forms, context.lateForms);
    if (written === undefined) return sendUnread(exchange, "back");
    return await sendFormAgain(exchange, opened, { fault: undefined, written });
  }
  return isFormWithFiles(request)
    ? await takeWithFiles(exchange, opened)
    : await takeText(exchange, opened, writtenIn(request.body));
}
