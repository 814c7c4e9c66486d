/**
 * The time within which a request's body must have come. Node knows one for the whole server
 * (`requestTimeout`), which has to suffice for the longest upload; a route that takes none may not
 * be held up as long. Browsers look at an answer when all is sent: cut off before, they show none.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

export const usualBodyMs: number = 30_000;
/** A little more than the route of the largest bodies allows itself. */
export const longestBodyMs: number = 16 * 60_000;
/** Of an answered form, of which no byte is kept: 25 MiB take less at a megabit per second. */
export const answeredBodyMs: number = 4 * 60_000;
/** Node gives a client that was answered five seconds between two pieces, which phones need more of. */
const answeredPauseMs = 60_000;

interface Deadline {
  readonly withinMs: number;
  timer?: NodeJS.Timeout;
  lifted: boolean;
}

const deadlines = new WeakMap<FastifyRequest, Deadline>();

export function addBodyDeadline(app: FastifyInstance, withinMs: number): void {
  app.addHook("onRequest", async (request) => {
    const deadline: Deadline = { withinMs, lifted: false };
    deadlines.set(request, deadline);
    begin(request, deadline, withinMs);
    request.raw.once("close", () => clearTimeout(deadline.timer));
  });
}

/** For a body that was left unread until now. */
export function restartBodyDeadline(request: FastifyRequest): void {
  const deadline = deadlines.get(request);
  if (deadline !== undefined) begin(request, deadline, deadline.withinMs);
}

/** For a body that may take long. */
export function liftBodyDeadline(request: FastifyRequest): void {
  const deadline = deadlines.get(request);
  if (deadline === undefined) return;
  deadline.lifted = true;
  clearTimeout(deadline.timer);
}

/** For a body whose answer no longer depends on the rest of it, which runs to its end unread. */
export function leaveBodyTime(request: FastifyRequest): void {
  const deadline = deadlines.get(request);
  if (deadline !== undefined) begin(request, deadline, answeredBodyMs);
}

/** The same for each answer of these routes, which may come before the body. */
export function leaveAnsweredBodiesTime(routes: FastifyInstance): void {
  routes.addHook("onSend", async (request, reply) => {
    if (request.raw.complete || request.raw.closed) return;
    leaveBodyTime(request);
    leavePauses(request, reply);
  });
}

function begin(request: FastifyRequest, deadline: Deadline, withinMs: number): void {
  const { raw } = request;
  if (deadline.lifted || raw.closed) return;
  clearTimeout(deadline.timer);
  deadline.timer = setTimeout(() => {
    if (!raw.complete) raw.destroy();
  }, withinMs).unref();
}

/** Node sets its own time when the answer is out, and again with the next request. */
function leavePauses({ raw, server }: FastifyRequest, reply: FastifyReply): void {
  reply.raw.once("finish", () => {
    if (raw.complete) return;
    raw.socket.setTimeout(answeredPauseMs);
    raw.once("end", () => raw.socket.setTimeout(server.server.keepAliveTimeout));
  });
}
