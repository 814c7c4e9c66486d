/** From a form that was sent to a reply that is stored, or to the page that says why it is not. */
import type { FastifyReply } from "fastify";
import { MxsealError } from "../base/errors.ts";
import { sealReply } from "../seal/reply-content.ts";
import { redirect, sendNotice, settingOf } from "./answer.ts";
import { liftBodyDeadline } from "./body-deadline.ts";
import { sendFormAgain, sendTrouble, sendUnread } from "./reply-answer.ts";
import type { Exchange, Opened } from "./reply-exchange.ts";
import { receiveReply, type WrittenReply, writtenBy } from "./reply-form.ts";
import { maxReplies, maxReplyLength } from "./reply-limits.ts";
import { textOf } from "./reply-text.ts";
import { originOf } from "./reply-thread.ts";
import { ReplyUpload, type SealedFiles } from "./reply-upload.ts";
import type { ReplyFault } from "./reply-words.ts";
import { networkOfRequest } from "./request-network.ts";
import { hasEnded, renewSessionCookie } from "./session-cookie.ts";

/** A form without files. */
export async function takeText(
  exchange: Exchange,
  opened: Opened,
  written: WrittenReply,
): Promise<FastifyReply> {
  try {
    return await take(exchange, opened, written);
  } catch (error) {
    return await answerTrouble(exchange, opened, { written, error });
  }
}

/** Its body has not been read. */
export async function takeWithFiles(exchange: Exchange, opened: Opened): Promise<FastifyReply> {
  const { context, reply, request } = exchange;
  using form = await context.forms.enter(networkOfRequest(context, request));
  if (form === undefined) return await answerBusy(exchange, opened);
  using places = new DisposableStack();
  await using upload = openUpload(exchange, opened, places);
  try {
    const fault = await receiveReply(request, upload, context.replyFiles);
    // An upload may take as long as a session sleeps. Who closed it meanwhile finds it closed.
    renewSessionCookie(context, reply, opened.session);
    const written = writtenBy(upload);
    if (fault !== undefined) return await sendFormAgain(exchange, opened, { fault, written });
    return await take(exchange, opened, written, await upload.seal());
  } catch (error) {
    return await answerTrouble(exchange, opened, { written: writtenBy(upload), error });
  }
}

/** There may be room for its text. */
async function answerBusy(exchange: Exchange, opened: Opened): Promise<FastifyReply> {
  const written = await textOf(exchange, exchange.context.lateForms);
  if (written === undefined) return sendUnread(exchange, "again");
  return await sendFormAgain(exchange, opened, { fault: "busy", written });
}

function openUpload(exchange: Exchange, opened: Opened, places: DisposableStack): ReplyUpload {
  const { context, guard, request } = exchange;
  const network = networkOfRequest(context, request);
  return new ReplyUpload({
    store: context.store,
    limits: context.replyFiles,
    beganAt: context.clock.now(),
    takeBytes: (bytes) => guard.takeBytes(network, bytes),
    admit: async (number) => {
      // Not before: fields are held in memory, pieces of files are not.
      liftBodyDeadline(request);
      const fault = faultOfNumber(number, opened);
      if (fault !== undefined) return fault;
      if (!guard.mayReply(network)) return "tooMany";
      const place = await context.uploads.enter(network);
      if (place === undefined) return "busy";
      places.use(place);
      return undefined;
    },
  });
}

async function take(
  exchange: Exchange,
  opened: Opened,
  written: WrittenReply,
  files?: SealedFiles,
): Promise<FastifyReply> {
  const { context, guard, request } = exchange;
  const fault = faultOf(written, files) ?? faultOfNumber(written.number, opened);
  if (fault !== undefined) return await sendFormAgain(exchange, opened, { fault, written });
  const network = networkOfRequest(context, request);
  const origin = await originOf(context, opened.session, network);
  if (origin === undefined) {
    return await sendFormAgain(exchange, opened, { fault: "busy", written });
  }
  if (!guard.mayReply(network)) {
    return await sendFormAgain(exchange, opened, { fault: "tooMany", written, origin });
  }
  guard.replied(network);
  return await keep(exchange, opened, { written, origin, files });
}

interface FinishedReply {
  readonly written: WrittenReply;
  readonly origin: { readonly subject: string; readonly references: readonly string[] };
  readonly files: SealedFiles | undefined;
}

async function keep(
  exchange: Exchange,
  opened: Opened,
  { written, origin, files }: FinishedReply,
): Promise<FastifyReply> {
  const { context, store, request, reply } = exchange;
  const { id: messageId, sender, recipient } = opened.message;
  const number = opened.times.length + 1;
  const content = { ...origin, text: written.text, files: files?.content };
  const row = { messageId, number, sender, recipient };
  const sealedContent = sealReply(context.replyKey, content, row);
  const createdAt = context.clock.now();
  const blob = files?.blob;
  const outcome = await store.add({ messageId, number, sealedContent, createdAt, files: blob });
  if (outcome === "gone") return sendNotice(context, request, reply, { kind: "unknownLink" });
  if (outcome === "outdated") {
    const times = await store.timesOf(messageId);
    return await sendFormAgain(exchange, { ...opened, times }, { fault: "again", written, origin });
  }
  const count = files?.content.list.length ?? 0;
  context.log.info({ message: messageId, number, files: count }, "the recipient replied");
  const { language } = settingOf(context, request);
  const page = hasEnded(context, opened.session) ? "closed" : `v/${messageId}/reply`;
  return redirect(context, reply, `/${page}?view=sent&lang=${language}`);
}

/** A store without room or not to be reached: nothing was sent, and the text comes back. */
async function answerTrouble(
  exchange: Exchange,
  opened: Opened,
  { written, error }: { readonly written: WrittenReply; readonly error: unknown },
): Promise<FastifyReply> {
  if (!(error instanceof MxsealError) || !error.temporary) throw error;
  const { code, advice, message } = error;
  exchange.context.log.error({ code, advice }, `a reply was not stored: ${message}`);
  return await sendTrouble(exchange, opened, written);
}

function faultOf({ text }: WrittenReply, files: SealedFiles | undefined): ReplyFault | undefined {
  if (text.length > maxReplyLength) return "tooLong";
  return text.trim() === "" && files === undefined ? "empty" : undefined;
}

/** The form after the last reply is answered with the page that says so, whatever its number. */
function faultOfNumber(number: string, { times }: Opened): ReplyFault | undefined {
  const isNext = number === String(times.length + 1) && times.length < maxReplies;
  return isNext ? undefined : "again";
}
