/**
 * The time within which a request's body must have come. Node knows one for the whole server
 * (`requestTimeout`), which has to suffice for the longest upload; a route that takes none may not
 * be held up as long. Browsers look at an answer when all is sent: cut off before, they show none.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

export const usualBodyMs: number = 30_000;
/** A little more than the route of the largest bodies allows itself. */
export const longestBodyMs: number = 16 * 60_000;
/** For a MiB of an answered form, of which no byte is kept: at a megabit per second it takes less. */
const answeredMsPerMib = 9_000;
/** Node gives a client that was answered five seconds between two pieces, which phones need more of. */
const answeredPauseMs = 60_000;

interface Deadline {
  readonly withinMs: number;
  /** From its answer on, where that came before its end. */
  readonly answeredMs: number;
  timer?: NodeJS.Timeout;
  lifted: boolean;
}

const deadlines = new WeakMap<FastifyRequest, Deadline>();

export interface BodyTimes {
  readonly withinMs: number;
  /** Of the files of one reply together; 0 where none are taken. */
  readonly maxMib: number;
}

export function addBodyDeadline(app: FastifyInstance, { withinMs, maxMib }: BodyTimes): void {
  const answeredMs = answeredBodyMs(maxMib);
  app.addHook("onRequest", async (request) => {
    const deadline: Deadline = { withinMs, answeredMs, lifted: false };
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
  if (deadline === undefined) return;
  deadline.lifted = false;
  begin(request, deadline, deadline.answeredMs);
}

/** How long the rest of a form of up to `maxMib` may come behind its answer. */
export function answeredBodyMs(maxMib: number): number {
  return Math.min(usualBodyMs + maxMib * answeredMsPerMib, longestBodyMs);
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
