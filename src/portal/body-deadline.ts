/**
 * The time within which a request's body must have come. Node knows one for the whole server
 * (`requestTimeout`), which has to suffice for the longest upload; a route that takes none may not
 * be held up as long.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";

export const usualBodyMs: number = 30_000;
/** A little more than the route of the largest bodies allows itself. */
export const longestBodyMs: number = 16 * 60_000;

const deadlines = new WeakMap<FastifyRequest, NodeJS.Timeout>();

export function addBodyDeadline(app: FastifyInstance, withinMs: number): void {
  app.addHook("onRequest", async (request) => {
    const { raw } = request;
    const timer = setTimeout(() => {
      if (!raw.complete) raw.destroy();
    }, withinMs).unref();
    raw.once("close", () => clearTimeout(timer));
    deadlines.set(request, timer);
  });
}

/** For a body that may take long. */
export function liftBodyDeadline(request: FastifyRequest): void {
  clearTimeout(deadlines.get(request));
}
