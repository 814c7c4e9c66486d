/**
 * `/m/TOKEN`: GET shows the form and changes nothing, whoever asks (scanners of mail systems open
 * every link); POST checks a code, and the right one leads to the message.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { noteMessage } from "./access-log.ts";
import { chosenLanguage, redirect, sendNotice, sendPage, settingOf } from "./answer.ts";
import { enterCode, findLinked, type LinkedMessage } from "./code-entry.ts";
import { type CodeFault, codePage } from "./code-page.ts";
import { formField } from "./form-field.ts";
import { answerNoCode, asksForCode } from "./no-code.ts";
import type { PortalContext } from "./portal-context.ts";
import { networkOfRequest } from "./request-network.ts";
import { noteSender } from "./sender-branding.ts";
import type { Session } from "./session.ts";
import { endSession, forgetOldestSessions, setSessionCookie } from "./session-cookie.ts";

type LinkRequest = FastifyRequest<{ Params: { readonly token: string } }>;

export function addCodeRoutes(app: FastifyInstance, context: PortalContext): void {
  app.get("/m/:token", async (request: LinkRequest, reply) => {
    const link = await linkOf(context, request, reply);
    if (link === undefined) return reply;
    if (asksForCode(request)) return await answerNoCode(context, request, reply, link);
    return sendForm(context, request, reply, { link });
  });
  app.post("/m/:token", async (request: LinkRequest, reply) => {
    const link = await linkOf(context, request, reply);
    if (link === undefined) return reply;
    if (asksForCode(request)) return await answerNoCode(context, request, reply, link);
    return await checkCode(context, request, reply, link);
  });
}

/** undefined when the reader has been told why there is nothing to open. */
async function linkOf(
  context: PortalContext,
  request: LinkRequest,
  reply: FastifyReply,
): Promise<LinkedMessage | undefined> {
  const link = await findLinked(context, request.params.token);
  if (link.kind === "message") {
    noteMessage(request, link.message.id);
    noteSender(request, link.message.sender);
    return link;
  }
  await sendNotice(context, request, reply, link.notice);
  return undefined;
}

async function checkCode(
  context: PortalContext,
  request: FastifyRequest,
  reply: FastifyReply,
  link: LinkedMessage,
): Promise<FastifyReply> {
  const network = networkOfRequest(context, request);
  const input = formField(request.body, "code");
  const outcome = await enterCode(context, { link, input, network });
  switch (outcome.kind) {
    case "opened":
      return sendOpened(context, request, reply, outcome.session);
    case "fault":
      return sendForm(context, request, reply, { link, fault: outcome.fault });
    case "notice":
      return sendNotice(context, request, reply, outcome.notice);
  }
}

function sendForm(
  context: PortalContext,
  request: FastifyRequest,
  reply: FastifyReply,
  form: { readonly link: LinkedMessage; readonly fault?: CodeFault },
): FastifyReply {
  const status = form.fault === undefined ? 200 : form.fault.kind === "wrong" ? 403 : 400;
  const markup = codePage(settingOf(context, request), form.link, form.fault);
  return sendPage(context, reply, { status, markup });
}

function sendOpened(
  context: PortalContext,
  request: FastifyRequest,
  reply: FastifyReply,
  session: Session,
): FastifyReply {
  context.log.info({ message: session.messageId }, "message opened with link and code");
  // Its cookie is replaced: an answer under way shall not bring it back behind a later closing.
  endSession(context, request, session.messageId);
  setSessionCookie(context, reply, session);
  forgetOldestSessions(context, request, reply, session);
  return redirect(context, reply, `/v/${session.messageId}${chosenLanguage(request)}`);
}
