/**
 * Whether the lookup role answers Postfix: asks its socketmap for the key `*`, whose answer is
 * always NOTFOUND, over a connection of its own, as qmgr's next one would be.
 */
import { connect, type Socket } from "node:net";
import { ProtocolError } from "../base/errors.ts";
import type { Endpoint } from "../listen/endpoint.ts";
import { NetstringParser } from "../wire/netstring.ts";
import { decodeSocketmapReply, encodeSocketmapRequest } from "../wire/socketmap.ts";

const replyLimitBytes = 1_000;

/** Resolves with false when nobody listens, nothing sensible comes back, or `signal` ends it. */
export async function lookupAnswers(endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = open(endpoint);
  const giveUp = (): void => resolve(false);
  signal.addEventListener("abort", giveUp);
  if (signal.aborted) giveUp();
  const strings = new NetstringParser(replyLimitBytes);
  // A refused connection, a reset one and an early end are the same news.
  socket.on("error", giveUp).on("close", giveUp);
  socket.on("data", (chunk: Buffer) => {
    const answer = readAnswer(strings, chunk);
    if (answer !== undefined) resolve(answer);
  });
  socket.write(encodeSocketmapRequest({ map: "transport", key: "*" }));
  const answered = await promise;
  signal.removeEventListener("abort", giveUp);
  socket.destroy();
  return answered;
}

function open(endpoint: Endpoint): Socket {
  if (endpoint.kind === "unix") return connect(endpoint.path);
  return connect(endpoint.port, endpoint.host);
}

/** Undefined while the answer is incomplete. */
function readAnswer(strings: NetstringParser, chunk: Buffer): boolean | undefined {
  try {
    strings.push(chunk);
    const reply = strings.next();
    return reply === undefined ? undefined : decodeSocketmapReply(reply).word === "NOTFOUND";
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}
