/**
 * Leads browsers that come over plain HTTP to the portal's https address (RFC 9110 §15.4.9), for a
 * portal with a certificate of its own; a proxy does that itself.
 *
 * Limits: small heads, few connections, no bodies, one answer a connection.
 * Security: the target's host is the configuration's, never the request's; of a path only what the
 * portal's own paths are made of is kept, queries are not. Nothing is logged: paths hold tokens.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Clock } from "../base/clock.ts";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { answerClientErrors } from "./client-error.ts";
import { limitConnections } from "./connection-limit.ts";
import { RunningAnswers } from "./running-answers.ts";
import { securityHeaders } from "./security-headers.ts";

export interface RedirectOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly listenAt: { readonly host: string; readonly port: number };
  /** `https://HOST`, without path. */
  readonly origin: string;
}

export interface HttpsRedirect extends AsyncDisposable {
  /** `http://ADDRESS:PORT` */
  readonly address: string;
}

const ownPath = /^\/(?:[A-Za-z0-9_-][A-Za-z0-9._~-]{0,199}\/?){0,6}$/;
const maxPathLength = 400;
const headWithinMs = 10_000;
const connectionsCheckingInterval = 5_000;
const maxConnections = 200;
const connectionsPerNetwork = 40;

/** Where the request for `url` is led to. */
export function httpsTarget(origin: string, url: string): string {
  const [path = ""] = url.slice(0, maxPathLength + 1).split(/[?#]/, 1);
  return `${origin}${path.length <= maxPathLength && ownPath.test(path) ? path : "/"}`;
}

/** Rejects with MXSEAL_LISTEN_FAILED. */
export async function startHttpsRedirect(options: RedirectOptions): Promise<HttpsRedirect> {
  const server = createRedirectServer(options);
  const { host, port } = options.listenAt;
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    const text = `the portal cannot listen on ${host}:${port} to lead browsers to https`;
    throw new MxsealError("MXSEAL_LISTEN_FAILED", text, { cause });
  }
  const bound = server.address();
  const boundPort = typeof bound === "object" ? (bound?.port ?? port) : port;
  return {
    address: `http://${host.includes(":") ? `[${host}]` : host}:${boundPort}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function createRedirectServer({ origin, clock, log }: RedirectOptions): Server {
  const limits = {
    maxHeaderSize: 8192,
    requestTimeout: headWithinMs,
    headersTimeout: headWithinMs,
    connectionsCheckingInterval,
  };
  const headers = Object.entries(securityHeaders("page", false));
  const server = createServer(limits, (request, response) => {
    response.setHeader("connection", "close");
    for (const [name, value] of headers) response.setHeader(name, value);
    response.setHeader("content-length", 0);
    if (request.method === "GET" || request.method === "HEAD") {
      response.writeHead(308, { location: httpsTarget(origin, request.url ?? "") });
    } else {
      response.writeHead(405, { allow: "GET, HEAD" });
    }
    response.end();
  });
  server.maxConnections = maxConnections;
  server.setTimeout(headWithinMs);
  const parts = {
    clock,
    log,
    secure: false,
    perNetwork: connectionsPerNetwork,
    trustedProxies: [],
  };
  limitConnections(server, parts);
  answerClientErrors(server, { ...parts, answers: new RunningAnswers(server) });
  return server;
}
