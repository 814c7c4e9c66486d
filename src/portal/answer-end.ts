/**
 * The end of an answer, however it comes. Node tells of it once, and not at all where the client was
 * gone before somebody listened, or where the answer stood behind another one of the same
 * connection (RFC 9112 §9.3.2) when that broke.
 */
import type { ServerResponse } from "node:http";

/** Aborted with it. */
export function answerSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  onAnswerEnd(response, () => controller.abort());
  return controller.signal;
}

const releases = new WeakMap<ServerResponse, (() => void)[]>();

/** Calls `release` once: when the last byte is gone, or the client, now or already. */
export function onAnswerEnd(response: ServerResponse, release: () => void): void {
  const { socket } = response.req;
  if (socket.destroyed || response.destroyed) {
    release();
    return;
  }
  const others = releases.get(response);
  if (others === undefined) listen(response, [release]);
  else others.push(release);
}

/** One listener for all who wait: pipelined answers share a socket, and Node warns of the eleventh. */
function listen(response: ServerResponse, waiting: (() => void)[]): void {
  const { socket } = response.req;
  releases.set(response, waiting);
  const end = (): void => {
    socket.off("close", end);
    response.off("close", end);
    releases.delete(response);
    // A listener that is taken away while its event is told is still called, and finds nothing.
    for (const release of waiting.splice(0)) release();
  };
  socket.once("close", end);
  response.once("close", end);
}
