/**
 * `/v/ID/reply`: a reader's answer to an opened message. The portal cannot send mail: it leaves
 * the text, sealed, in the store, durably before it says so, and the mailer does the rest. The
 * form bears the reply's number, so that one sent twice is one reply.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { headOf, maxHeadBytes, type ReplyOrigin, readReplyOrigin } from "../mime/reply-origin.ts";
import { type ReplyContent, sealReply } from "../seal/reply-content.ts";
import type { ReplyStore } from "../store/reply-store.ts";
import type { SealedMessage } from "../store/store.ts";
import { noteMessage } from "./access-log.ts";
import { queryOf, redirect, sendNotice, sendPage, settingOf } from "./answer.ts";
import { formField } from "./form-field.ts";
import { type Notice, textPage } from "./notice-page.ts";
import { resumeSession, streamOriginal } from "./opened-message.ts";
import type { PortalContext } from "./portal-context.ts";
import { ReplyGuard } from "./reply-guard.ts";
import {
  enoughPage,
  keptPage,
  maxReplies,
  maxReplyLength,
  replyPage,
  sentPage,
} from "./reply-page.ts";
import { type ReplyFault, replyWordsIn } from "./reply-words.ts";
import { networkOfRequest } from "./request-network.ts";
import type { Session } from "./session.ts";
import { readSessionCookie, renewSessionCookie } from "./session-cookie.ts";

interface ReplyRoute {
  readonly Params: { readonly id: string };
}
type ReplyRequest = FastifyRequest<ReplyRoute>;

/** One answer in the making. */
interface Exchange {
  readonly context: PortalContext;
  readonly store: ReplyStore;
  readonly request: ReplyRequest;
  readonly reply: FastifyReply;
}

interface Opened {
  readonly session: Session;
  readonly message: SealedMessage;
  readonly times: readonly number[];
}

/** Each character may be three bytes, each byte three characters of the form. */
const maxFormBytes = maxReplyLength * 9 + 4096;

export function addReplyRoutes(
  app: FastifyInstance,
  context: PortalContext,
  store: ReplyStore,
): void {
  const guard = new ReplyGuard(context.clock);
  app.get("/v/:id/reply", (request: ReplyRequest, reply) =>
    withOpened({ context, store, request, reply }, sendForm),
  );
  app.post<ReplyRoute>(
    "/v/:id/reply",
    {
      bodyLimit: maxFormBytes,
      errorHandler: (error, request, reply) => sendTooLarge(context, request, reply, error),
    },
    (request, reply) =>
      withOpened({ context, store, request, reply }, (exchange, opened) =>
        take(exchange, opened, guard),
      ),
  );
}

async function withOpened(
  exchange: Exchange,
  send: (exchange: Exchange, opened: Opened) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const { context, store, request, reply } = exchange;
  const { id } = request.params;
  const outcome = await resumeSession(context, id, readSessionCookie(context, request, id));
  if (outcome.kind === "notice") return sendEnded(exchange, outcome.notice);
  noteMessage(request, id);
  renewSessionCookie(context, reply, outcome.session);
  const times = await store.timesOf(id);
  return await send(exchange, { ...outcome, times });
}

/** Who wrote until the session was over gets the text back; nobody else's page can ask for that. */
function sendEnded({ context, request, reply }: Exchange, notice: Notice): FastifyReply {
  const text = textIn(request);
  const isOwnForm = request.headers["sec-fetch-site"] === "same-origin";
  if (notice.kind !== "sessionEnded" || text === "" || !isOwnForm) {
    return sendNotice(context, request, reply, notice);
  }
  const markup = keptPage(settingOf(context, request), text);
  return sendPage(context, reply, { status: 403, markup });
}

async function sendForm(exchange: Exchange, opened: Opened): Promise<FastifyReply> {
  const { context, request, reply } = exchange;
  const { message: sealed, times } = opened;
  const setting = settingOf(context, request);
  if (queryOf(request, "view") === "sent" && times.length > 0) {
    return sendPage(context, reply, { status: 200, markup: sentPage(setting, { sealed, times }) });
  }
  return await sendFormAgain(exchange, opened);
}

/** `fault`: why it comes again, with the text that came. */
async function sendFormAgain(
  exchange: Exchange,
  opened: Opened,
  fault?: ReplyFault,
  origin?: ReplyOrigin,
): Promise<FastifyReply> {
  const { context, request, reply } = exchange;
  const { message: sealed, times } = opened;
  const setting = settingOf(context, request);
  if (times.length >= maxReplies) {
    return sendPage(context, reply, { status: 403, markup: enoughPage(setting, sealed) });
  }
  const { subject } = origin ?? (await originOf(context, opened)) ?? { subject: "" };
  const told = fault === undefined ? {} : { fault };
  const form = { sealed, times, subject, text: textIn(request), ...told };
  const status = fault === undefined ? 200 : statusOf[fault];
  return sendPage(context, reply, { status, markup: replyPage(setting, form) });
}

const statusOf: Readonly<Record<ReplyFault, number>> = {
  empty: 400,
  tooLong: 413,
  tooMany: 429,
  busy: 503,
  again: 409,
};

async function take(exchange: Exchange, opened: Opened, guard: ReplyGuard): Promise<FastifyReply> {
  const { context, request } = exchange;
  const text = textIn(request);
  const network = networkOfRequest(context, request);
  const fault = faultOf(text);
  if (fault !== undefined) return await sendFormAgain(exchange, opened, fault);
  if (formField(request.body, "number") !== String(opened.times.length + 1)) {
    return await sendFormAgain(exchange, opened, "again");
  }
  if (opened.times.length >= maxReplies) return await sendFormAgain(exchange, opened);
  if (!guard.mayReply(network)) return await sendFormAgain(exchange, opened, "tooMany");
  const origin = await originOf(context, opened);
  if (origin === undefined) return await sendFormAgain(exchange, opened, "busy");
  guard.replied(network);
  return await keep(exchange, opened, { ...origin, text });
}

async function keep(
  exchange: Exchange,
  opened: Opened,
  content: ReplyContent,
): Promise<FastifyReply> {
  const { context, store, request, reply } = exchange;
  const { id: messageId, sender, recipient } = opened.message;
  const number = opened.times.length + 1;
  const row = { messageId, number, sender, recipient };
  const sealedContent = sealReply(context.replyKey, content, row);
  const createdAt = context.clock.now();
  const outcome = await store.add({ messageId, number, sealedContent, createdAt });
  if (outcome === "gone") return sendNotice(context, request, reply, { kind: "unknownLink" });
  if (outcome === "outdated") {
    const times = await store.timesOf(messageId);
    return await sendFormAgain(exchange, { ...opened, times }, "again", content);
  }
  context.log.info({ message: messageId, number }, "the recipient replied");
  const { language } = settingOf(context, request);
  return redirect(context, reply, `/v/${messageId}/reply?view=sent&lang=${language}`);
}

function faultOf(text: string): ReplyFault | undefined {
  if (text.trim() === "") return "empty";
  return text.length > maxReplyLength ? "tooLong" : undefined;
}

/** Forms send lines ended by CR LF, which browsers count as one character. */
function textIn(request: FastifyRequest): string {
  return formField(request.body, "text").replace(/\r\n?/g, "\n");
}

/** undefined when too many messages are being opened at this moment. */
async function originOf(
  context: PortalContext,
  { session }: Opened,
): Promise<ReplyOrigin | undefined> {
  using place = await context.openings.enter();
  if (place === undefined) return undefined;
  return await readReplyOrigin(await readHead(streamOriginal(context, session)));
}

async function readHead(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  let start = Buffer.alloc(0);
  for await (const chunk of chunks) {
    start = Buffer.concat([start, chunk]);
    const head = headOf(start);
    if (head !== undefined) return head;
    if (start.length >= maxHeadBytes) break;
  }
  return start;
}

function sendTooLarge(
  context: PortalContext,
  request: FastifyRequest,
  reply: FastifyReply,
  error: Error & { readonly statusCode?: number },
): void {
  if (error.statusCode !== 413) throw error;
  const setting = settingOf(context, request);
  const markup = textPage(setting, replyWordsIn(setting.language).tooLarge);
  sendPage(context, reply, { status: 413, markup });
}
