/**
 * The pages that answer a reader who answers. Whatever goes wrong, the text comes back, or where it
 * could not be read the page says so, and how the browser sends it again.
 */
import type { FastifyReply } from "fastify";
import type { ReplyOrigin } from "../mime/reply-origin.ts";
import { queryOf, sendNotice, sendPage, settingOf } from "./answer.ts";
import { type Notice, textPage } from "./notice-page.ts";
import type { Exchange, Opened } from "./reply-exchange.ts";
import type { WrittenReply } from "./reply-form.ts";
import { maxReplies } from "./reply-limits.ts";
import { enoughPage, keptPage, replyPage, sentPage } from "./reply-page.ts";
import { originOf } from "./reply-thread.ts";
import { type ReplyFault, replyWordsIn } from "./reply-words.ts";
import { networkOfRequest } from "./request-network.ts";
import { hasEnded } from "./session-cookie.ts";

const blank: WrittenReply = { text: "", number: "", hadFiles: false };
const noOrigin: ReplyOrigin = { subject: "", references: [] };

/** Why a form comes again, with the text that came. */
export interface FormReturn {
  /** undefined: it was to change its language. */
  readonly fault: ReplyFault | undefined;
  readonly written: WrittenReply;
  /** Where it is known already. */
  readonly origin?: ReplyOrigin | undefined;
}

export async function sendForm(exchange: Exchange, opened: Opened): Promise<FastifyReply> {
  const { context, request, reply } = exchange;
  const { message: sealed, times } = opened;
  if (queryOf(request, "view") !== "sent" || times.length === 0) {
    return await answerWithForm(exchange, opened);
  }
  const markup = sentPage(settingOf(context, request), { sealed, times });
  return sendPage(context, reply, { status: 200, markup });
}

export async function sendFormAgain(
  exchange: Exchange,
  opened: Opened,
  why: FormReturn,
): Promise<FastifyReply> {
  const isOver = hasEnded(exchange.context, opened.session) && opened.times.length < maxReplies;
  if (!isOver) return await answerWithForm(exchange, opened, why);
  return sendKept(exchange, why.written, why.fault === "again");
}

/** Asks nothing of the store, which is in trouble. */
export function sendTrouble(
  exchange: Exchange,
  opened: Opened,
  written: WrittenReply,
): Promise<FastifyReply> {
  return sendFormAgain(exchange, opened, { fault: "trouble", written, origin: noOrigin });
}

async function answerWithForm(
  exchange: Exchange,
  opened: Opened,
  why?: FormReturn,
): Promise<FastifyReply> {
  const { context, request, reply } = exchange;
  const { message: sealed, session, times } = opened;
  const setting = settingOf(context, request);
  if (times.length >= maxReplies) {
    return sendPage(context, reply, { status: 403, markup: enoughPage(setting, sealed) });
  }
  const network = networkOfRequest(context, request);
  const { subject } = why?.origin ?? (await originOf(context, session, network)) ?? noOrigin;
  const { text, hadFiles } = why?.written ?? blank;
  const fault = why?.fault;
  const told = fault === undefined ? {} : { fault };
  const limits = context.replyFiles;
  const markup = replyPage(setting, { sealed, times, subject, text, hadFiles, limits, ...told });
  return sendPage(context, reply, {
    status: fault === undefined ? 200 : statusOf[fault],
    markup,
  });
}

/** None of them is 408, after which browsers send again by themselves. */
const statusOf: Readonly<Record<ReplyFault, number>> = {
  empty: 400,
  tooLong: 413,
  files: 413,
  size: 413,
  tooMany: 429,
  busy: 503,
  again: 409,
  broken: 400,
  late: 400,
  trouble: 503,
};

/**
 * Who wrote until the session was over gets the text back; nobody else's page can ask for that.
 * `written`: undefined when it was not read.
 */
export function sendEnded(
  { context, request, reply }: Exchange,
  notice: Notice,
  written: WrittenReply | undefined,
): FastifyReply {
  const isOwnForm = request.headers["sec-fetch-site"] === "same-origin";
  if (notice.kind !== "sessionEnded" || written?.text === "" || !isOwnForm) {
    return sendNotice(context, request, reply, notice);
  }
  const exchange = { context, request, reply };
  return written === undefined ? sendUnread(exchange, "back") : sendKept(exchange, written);
}

/** `isAgain`: another reply was stored meanwhile, or this very one. */
function sendKept(
  { context, request, reply }: Answering,
  written: WrittenReply,
  isAgain = false,
): FastifyReply {
  const markup = keptPage(settingOf(context, request), written, isAgain);
  return sendPage(context, reply, { status: 403, markup });
}

const retryAfterS = 60;

type Answering = Pick<Exchange, "context" | "request" | "reply">;

export function sendTooLarge({ context, request, reply }: Answering): void {
  const setting = settingOf(context, request);
  const markup = textPage(setting, replyWordsIn(setting.language).tooLarge);
  sendPage(context, reply, { status: 413, markup });
}

/**
 * For want of room. The browser has the text, but not for who goes back to an empty form. The same
 * form once more is sent again, or gives the text back.
 */
export function sendUnread(
  { context, request, reply }: Answering,
  onReload: "again" | "back",
): FastifyReply {
  const setting = settingOf(context, request);
  const { unread } = replyWordsIn(setting.language);
  const markup = textPage(setting, unread[onReload]);
  reply.header("retry-after", retryAfterS);
  return sendPage(context, reply, { status: 503, markup });
}
