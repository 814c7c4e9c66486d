/** Postfix's socketmap lookups on a stream: framing from `wire/`, answers from the lookup map. */
import type { Log } from "../base/log.ts";
import {
  encodeSocketmapReply,
  SocketmapParser,
  type SocketmapReply,
  type SocketmapRequest,
} from "../wire/socketmap.ts";
import { StreamServer, type StreamServerOptions } from "./stream-server.ts";

export interface SocketmapLookup {
  /** Answers from memory; Postfix does nothing else until it has the answer. */
  lookup(request: SocketmapRequest): SocketmapReply;
}

export function listenSocketmap(
  map: SocketmapLookup,
  options: StreamServerOptions,
  log: Log,
): Promise<StreamServer<SocketmapRequest>> {
  const protocol = {
    name: "socketmap",
    createParser: () => new SocketmapParser(),
    answer: (request: SocketmapRequest) => encodeSocketmapReply(map.lookup(request)),
  };
  return StreamServer.listen(protocol, options, log);
}
