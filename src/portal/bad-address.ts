/**
 * Addresses that are none, such as `/%ff`: the router gives them up before any hook has run, so that
 * nothing of what holds for other requests holds for these. They get their page and their line in
 * the log, and the connection ends with them, also where a body is still coming.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { logAccess } from "./access-log.ts";
import { sendNotice } from "./answer.ts";
import { onAnswerEnd } from "./answer-end.ts";
import type { PortalContext } from "./portal-context.ts";

export function answerBadAddress(
  context: PortalContext,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { raw } = request;
  if (raw.socket.destroyed) {
    reply.hijack();
    return;
  }
  onAnswerEnd(reply.raw, () => {
    logAccess(context, request, reply);
    if (!raw.complete) raw.destroy();
  });
  reply.header("connection", "close");
  void sendNotice(context, request, reply, { kind: "badRequest" });
}
