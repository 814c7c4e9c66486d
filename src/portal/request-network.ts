/**
 * The client network of a request; the rule is in `client-network.ts`. It is asked for when the
 * request begins: of a client that has gone since, the socket does not know the address any more.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { clientNetwork } from "./client-network.ts";
import type { PortalContext } from "./portal-context.ts";

const networks = new WeakMap<FastifyRequest, string>();

export function addClientNetworks(app: FastifyInstance, context: PortalContext): void {
  app.addHook("onRequest", async (request) => {
    networks.set(request, networkNow(context, request));
  });
}

export function networkOfRequest(context: PortalContext, request: FastifyRequest): string {
  return networks.get(request) ?? networkNow(context, request);
}

function networkNow(context: PortalContext, request: FastifyRequest): string {
  const forwarded = request.headers["x-forwarded-for"];
  const forwardedFor = Array.isArray(forwarded) ? forwarded.join(",") : forwarded;
  const peer = request.socket.remoteAddress;
  const isLocal = context.onUnixSocket;
  return clientNetwork({ peer, isLocal, forwardedFor }, context.trustedProxies);
}
