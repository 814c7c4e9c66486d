/** The client network of a request; the rule is in `client-network.ts`. */
import type { FastifyRequest } from "fastify";
import { clientNetwork } from "./client-network.ts";
import type { PortalContext } from "./portal-context.ts";

export function networkOfRequest(context: PortalContext, request: FastifyRequest): string {
  const forwarded = request.headers["x-forwarded-for"];
  const forwardedFor = Array.isArray(forwarded) ? forwarded.join(",") : forwarded;
  const peer = request.socket.remoteAddress;
  return clientNetwork({ peer, forwardedFor }, context.trustedProxies);
}
