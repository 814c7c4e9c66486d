/**
 * The end of a connection to a mail server: QUIT where the server may be spoken to (RFC 5321
 * §4.1.1.10), a moment for its reply and for its own closing, then the socket is gone whatever
 * the server does.
 *
 * Limits: one second, and so many bytes that nobody reads.
 */
import { once } from "node:events";
import type { Socket } from "node:net";

const farewellMs = 1000;
const maxFarewellBytes = 64 * 1024;

/** `mayQuit`: the server has greeted, and no TLS handshake hangs in the middle. */
export async function takeLeave(socket: Socket, mayQuit: boolean): Promise<void> {
  if (mayQuit && !socket.destroyed && socket.writable) {
    socket.end("QUIT\r\n");
    discard(socket);
    const closed = once(socket, "close", { signal: AbortSignal.timeout(farewellMs) });
    await closed.catch(() => undefined);
  }
  socket.destroy();
}

function discard(socket: Socket): void {
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxFarewellBytes) socket.destroy();
  });
}
