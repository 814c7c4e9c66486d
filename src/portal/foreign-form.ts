/**
 * A form on another site may not spend a reader's tries or close the message. Browsers say where a
 * request comes from (Fetch Metadata); older ones send an Origin (RFC 6454 §7), which our own pages
 * hide from them as `null`, because they tell no address to anybody. Who says nothing at all still has
 * the cookie's SameSite rule, and the link that the other site would have to know.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { sendNotice } from "./answer.ts";
import type { PortalContext } from "./portal-context.ts";

export function refuseForeignForms(app: FastifyInstance, context: PortalContext): void {
  app.addHook("onRequest", async (request, reply) => {
    if (request.method !== "POST" || !isForeign(request, context.origin)) return;
    await sendNotice(context, request, reply, { kind: "badRequest" });
  });
}

function isForeign({ headers }: FastifyRequest, ours: string): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const { origin = "null" } = headers;
  return origin !== "null" && origin !== ours;
}
