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

/** Calls `release` once: when the last byte is gone, or the client, now or already. */
export function onAnswerEnd(response: ServerResponse, release: () => void): void {
  const { socket } = response.req;
  if (socket.destroyed || response.destroyed) {
    release();
    return;
  }
  let ended = false;
  const end = (): void => {
    // A listener that is taken away while its event is told is still called.
    if (ended) return;
    ended = true;
    socket.off("close", end);
    response.off("close", end);
    release();
  };
  socket.once("close", end);
  response.once("close", end);
}
