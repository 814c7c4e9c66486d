/**
 * The answers under way on each connection. A client may send its next request before it has read the
 * last answer (RFC 9112 §9.3.2), and Node works on all that came in one piece: some hundred pages or
 * whole messages, of which each holds memory until its turn. No browser does that, so few are enough;
 * who sends more is cut off, whatever the requests are.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { FastifyInstance } from "fastify";
import { onAnswerEnd } from "./answer-end.ts";

const mostAtOnce = 4;

export class RunningAnswers {
  readonly #counts = new WeakMap<Duplex, number>();

  /** Counts before anybody else hears of a request. */
  constructor(server: Server) {
    server.prependListener("request", (request, response) => this.#begin(request, response));
  }

  isAnswering(socket: Duplex): boolean {
    return this.#countOf(socket) > 0;
  }

  #begin({ socket }: IncomingMessage, response: ServerResponse): void {
    if (this.#countOf(socket) >= mostAtOnce) socket.destroy();
    this.#counts.set(socket, this.#countOf(socket) + 1);
    onAnswerEnd(response, () => this.#counts.set(socket, this.#countOf(socket) - 1));
  }

  #countOf(socket: Duplex): number {
    return this.#counts.get(socket) ?? 0;
  }
}

/** Nothing is done for who was cut off. To be called before any other hook is added. */
export function leaveCutOff(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    return request.raw.socket.destroyed ? reply.hijack() : undefined;
  });
}
