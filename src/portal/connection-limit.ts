/**
 * How many connections one client network may hold at once, so that a single stranger who opens
 * them all and says nothing does not keep everybody else out. Whoever comes beyond that is cut off
 * before a byte of theirs is read. Proxies hold as many as they like: they speak for others.
 */
import type { Server, Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { LogLimit } from "../base/log-limit.ts";
import { connectionNetwork } from "./client-network.ts";

export interface ConnectionLimitParts {
  readonly perNetwork: number;
  readonly trustedProxies: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

const toldEveryMs = 10 * 60_000;
const refusedText =
  "connections refused: one network holds too many at once; if it is your proxy, name it in portal.trusted_proxies";

/** Of plain connections, and of those that TLS is spoken on. */
export function limitConnections(server: Server, parts: ConnectionLimitParts): void {
  const { perNetwork, trustedProxies, clock, log } = parts;
  const open = new Map<string, number>();
  const told = new LogLimit(clock, toldEveryMs);
  server.on("connection", (socket: Socket) => {
    const network = connectionNetwork(socket.remoteAddress, trustedProxies);
    if (network === undefined) return;
    const count = open.get(network) ?? 0;
    if (count >= perNetwork) {
      socket.destroy();
      if (told.passes("refused")) log.warn({ network, perNetwork }, refusedText);
      return;
    }
    open.set(network, count + 1);
    socket.once("close", () => {
      const left = (open.get(network) ?? 1) - 1;
      if (left > 0) open.set(network, left);
      else open.delete(network);
    });
  });
}
