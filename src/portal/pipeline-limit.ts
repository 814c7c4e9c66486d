/**
 * A client may send its next request before it has read the last answer (RFC 9112 §9.3.2), and Node
 * works on all that came in one piece: some hundred pages or whole messages, of which each holds
 * memory until its turn. No browser does that, so few are enough; who sends more is cut off.
 */
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { onAnswerEnd } from "./answer-end.ts";

const mostAtOnce = 4;

/** To be called before any other hook is added. */
export function limitPipelining(app: FastifyInstance): void {
  const running = new WeakMap<Socket, number>();
  app.addHook("onRequest", async (request, reply) => {
    const { socket } = request.raw;
    const count = running.get(socket) ?? 0;
    if (socket.destroyed || count >= mostAtOnce) {
      socket.destroy();
      return reply.hijack();
    }
    running.set(socket, count + 1);
    onAnswerEnd(reply.raw, () => running.set(socket, (running.get(socket) ?? 1) - 1));
    return undefined;
  });
}
