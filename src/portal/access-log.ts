/**
 * One line per request, with the pattern of the route instead of its address, because addresses
 * contain link tokens; with the short id of the message, and the client's network instead of its
 * address. Never what was typed.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { PortalContext } from "./portal-context.ts";
import { networkOfRequest } from "./request-network.ts";

const messageOf = new WeakMap<FastifyRequest, string>();

/** So that the request's line names the message. */
export function noteMessage(request: FastifyRequest, messageId: string): void {
  messageOf.set(request, messageId);
}

export function addAccessLog(app: FastifyInstance, context: PortalContext): void {
  app.addHook("onResponse", async (request, reply) => logAccess(context, request, reply));
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
    },
    "portal request",
  );
}
