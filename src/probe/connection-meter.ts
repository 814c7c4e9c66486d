/**
 * Bounds what a server may send while the TLS layer reads the socket by itself. OpenSSL passes
 * over some messages without end (a client ignores HelloRequest during a handshake, RFC 5246
 * §7.4.1.1), and time alone would let a server keep us busy.
 */
import type { Socket } from "node:net";

export interface Meter extends Disposable {
  /** Aborted soon after the bound was passed. */
  readonly signal: AbortSignal;
}

/** The TLS layer tells of no single read, so the counter is looked at now and then. */
const intervalMs = 100;

/** Counts from now on, until it is disposed of. */
export function withinBytes(socket: Socket, maxBytes: number): Meter {
  const controller = new AbortController();
  const start = socket.bytesRead;
  const timer = setInterval(() => {
    if (socket.bytesRead - start > maxBytes) controller.abort();
  }, intervalMs);
  return { signal: controller.signal, [Symbol.dispose]: () => clearInterval(timer) };
}
