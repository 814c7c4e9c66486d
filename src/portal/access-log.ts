/**
 * One line per request whose connection was not cut off before, with the pattern of the route instead
 * of its address, because addresses contain link tokens; with the short id of the message, and the
 * client's network instead of its address. Never what was typed. Who did not wait for the end of an
 * answer has a line that says so.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { onAnswerEnd } from "./answer-end.ts";
import type { PortalContext } from "./portal-context.ts";
import { networkOfRequest } from "./request-network.ts";

const messageOf = new WeakMap<FastifyRequest, string>();

/** So that the request's line names the message. */
export function noteMessage(request: FastifyRequest, messageId: string): void {
  messageOf.set(request, messageId);
}

export function addAccessLog(app: FastifyInstance, context: PortalContext): void {
  const left = new WeakSet<FastifyRequest>();
  // Fastify tells of no answer that was cut off, and of what was given to nobody afterwards.
  app.addHook("onRequest", async (request, reply) => {
    onAnswerEnd(reply.raw, () => {
      if (!hasLeft(request, reply)) return;
      left.add(request);
      logAccess(context, request, reply);
    });
  });
  app.addHook("onResponse", async (request, reply) => {
    if (!left.has(request)) logAccess(context, request, reply);
  });
}

export function logAccess(
  context: PortalContext,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  context.log.info(
    {
      method: request.method,
      route: request.routeOptions.url ?? "none",
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      message: messageOf.get(request),
      network: networkOfRequest(context, request),
      left: hasLeft(request, reply) || undefined,
    },
    "portal request",
  );
}

function hasLeft({ raw }: FastifyRequest, reply: FastifyReply): boolean {
  return raw.socket.destroyed && !reply.raw.writableFinished;
}
