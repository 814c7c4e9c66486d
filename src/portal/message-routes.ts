/**
 * `/v/ID`: the opened message and what belongs to it. Each message has its own address and
 * cookie, so that a second message in another tab cannot be mistaken for this one.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { cleanFileName } from "../mime/file-name.ts";
import { partBytes } from "../mime/part-bytes.ts";
import type { ReadableMessage } from "../mime/readable-message.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import { noteMessage } from "./access-log.ts";
import {
  chosenLanguage,
  dress,
  queryOf,
  redirect,
  sendNotice,
  sendPage,
  settingOf,
} from "./answer.ts";
import { answerSignal } from "./answer-end.ts";
import { bodyDocument, type CleanBody, cleanBody } from "./body-document.ts";
import { sendDownload } from "./download-answer.ts";
import { frameClasses } from "./frame-fit.ts";
import { attachmentName, messagePage } from "./message-page.ts";
import {
  loadContent,
  type MessageContent,
  resumeSession,
  streamOriginal,
  streamWhole,
} from "./opened-message.ts";
import type { PortalContext } from "./portal-context.ts";
import { networkOfRequest } from "./request-network.ts";
import { noteSender } from "./sender-branding.ts";
import type { Session } from "./session.ts";
import {
  closeSession,
  messageIdPattern,
  readSessionCookie,
  renewSessionCookie,
} from "./session-cookie.ts";

interface MessageParams {
  readonly id: string;
}
type MessageRequest = FastifyRequest<{ Params: MessageParams }>;
type PartRequest = FastifyRequest<{ Params: MessageParams & { readonly number: string } }>;

/** One answer in the making. */
interface Exchange {
  readonly context: PortalContext;
  readonly request: MessageRequest;
  readonly reply: FastifyReply;
}

interface Opened {
  readonly session: Session;
  readonly message: SealedMessage;
}

export function addMessageRoutes(app: FastifyInstance, context: PortalContext): void {
  app.get("/v/:id", (request: MessageRequest, reply) =>
    withMessage({ context, request, reply }, sendOverview),
  );
  app.get("/v/:id/body", (request: MessageRequest, reply) =>
    withMessage({ context, request, reply }, sendBody),
  );
  app.get("/v/:id/part/:number", (request: PartRequest, reply) =>
    withMessage({ context, request, reply }, (exchange, opened) =>
      sendPart(exchange, opened, request.params.number),
    ),
  );
  app.get("/v/:id/eml", (request: MessageRequest, reply) =>
    withMessage({ context, request, reply }, sendOriginal),
  );
  app.post("/v/:id/close", async (request: MessageRequest, reply) => {
    if (!messageIdPattern.test(request.params.id)) {
      return sendNotice(context, request, reply, { kind: "notFound" });
    }
    closeSession(context, request, reply, request.params.id);
    return redirect(context, reply, `/closed${chosenLanguage(request)}`);
  });
}

async function withMessage(
  exchange: Exchange,
  send: (exchange: Exchange, opened: Opened) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const { context, request, reply } = exchange;
  const { id } = request.params;
  const outcome = await resumeSession(context, id, readSessionCookie(context, request, id));
  if (outcome.kind === "notice") return sendNotice(context, request, reply, outcome.notice);
  noteMessage(request, id);
  noteSender(request, outcome.message.sender);
  renewSessionCookie(context, reply, outcome.session);
  return await send(exchange, outcome);
}

async function withContent(
  exchange: Exchange,
  { session, message }: Opened,
  send: (content: MessageContent) => FastifyReply,
): Promise<FastifyReply> {
  const { context, request, reply } = exchange;
  const reader = {
    network: networkOfRequest(context, request),
    signal: answerSignal(reply.raw),
  };
  const content = await loadContent(context, session, message, reader);
  if (content === undefined) return sendNotice(context, request, reply, { kind: "busy" });
  // The wait for a place may have been long.
  if (context.closed.has(session)) {
    return sendNotice(context, request, reply, { kind: "sessionEnded" });
  }
  return send(content);
}

async function sendOverview(exchange: Exchange, opened: Opened): Promise<FastifyReply> {
  const { context, request, reply } = exchange;
  const replyTimes = await context.replies?.timesOf(opened.message.id);
  return await withContent(exchange, opened, (content) => {
    const framed = queryOf(request, "view") === "text" ? undefined : cleanedBody(content);
    const markup = messagePage(settingOf(context, request), {
      sealed: opened.message,
      content,
      body: framed === undefined ? "text" : "html",
      frameClasses: framed === undefined ? "" : frameClasses(framed.markup),
      remoteCount: framed?.remoteCount ?? 0,
      shown: framed?.shown ?? new Set(),
      replyTimes,
    });
    return sendPage(context, reply, { status: 200, markup });
  });
}

/** For the frame alone; a browser that does not say what it loads gets plain text. */
async function sendBody(exchange: Exchange, opened: Opened): Promise<FastifyReply> {
  const { context, request, reply } = exchange;
  const destination = request.headers["sec-fetch-dest"];
  if (destination !== undefined && destination !== "iframe") {
    return redirect(context, reply, `/v/${opened.message.id}`);
  }
  return await withContent(exchange, opened, (content) => {
    const body = cleanedBody(content);
    if (body === undefined) return sendNotice(context, request, reply, { kind: "notFound" });
    dress(context, reply, "body");
    if (destination === undefined) {
      const text = typeof content === "string" ? "" : content.text;
      return reply.type("text/plain; charset=utf-8").send(text);
    }
    const { language, words } = settingOf(context, request);
    const document = bodyDocument(body, language, words.message.text);
    return reply.type("text/html; charset=utf-8").send(document);
  });
}

function cleanedBody(content: MessageContent): CleanBody | undefined {
  if (typeof content === "string" || content.html === undefined) return undefined;
  return cleanBody(content.html, picturesOf(content));
}

function picturesOf(message: ReadableMessage) {
  return message.attachments.flatMap(({ contentId, picture }) =>
    contentId === undefined || picture === undefined ? [] : [{ contentId, bytes: picture }],
  );
}

function sendPart(exchange: Exchange, opened: Opened, number: string): Promise<FastifyReply> {
  const { context, request, reply } = exchange;
  return withContent(exchange, opened, (content) => {
    const index = /^[1-9]\d{0,4}$/.test(number) ? Number(number) - 1 : -1;
    const part = typeof content === "string" ? undefined : content.attachments[index];
    if (part === undefined) return sendNotice(context, request, reply, { kind: "notFound" });
    const { words } = settingOf(context, request);
    return sendDownload(exchange, {
      name: attachmentName(part, index, words.message),
      sizeBytes: part.sizeBytes,
      open: () => partBytes(streamOriginal(context, opened.session), part.place),
    });
  });
}

async function sendOriginal(
  exchange: Exchange,
  { session, message }: Opened,
): Promise<FastifyReply> {
  const { context, request } = exchange;
  const { words } = settingOf(context, request);
  return sendDownload(exchange, {
    name: cleanFileName(`${words.brand} ${message.id}.eml`, "message.eml"),
    sizeBytes: message.sizeBytes,
    open: () => streamWhole(context, session, message),
  });
}
