/**
 * Where a listener listens, as written in the configuration: `ADDRESS:PORT`, `[IPV6]:PORT` or the
 * absolute path of a unix socket.
 */
import { isIP, isIPv6 } from "node:net";
import { MxsealError } from "../base/errors.ts";

export type Endpoint =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** Longer paths do not fit sockaddr_un and would be cut silently (unix(7)). */
const pathLimitBytes = 107;

/** Throws MXSEAL_CONFIG_INVALID. Port 0 asks the system for a free one. */
export function parseEndpoint(text: string): Endpoint {
  if (text.startsWith("/")) return unixEndpoint(text);
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? "";
  const port = Number(match?.[3]);
  const bracketed = match?.[1] !== undefined;
  if (isIP(host) === 0 || isIPv6(host) !== bracketed || !(port <= 65_535)) {
    throw new MxsealError("MXSEAL_CONFIG_INVALID", `not an address to listen on: ${text}`);
  }
  return { kind: "tcp", host, port };
}

export function formatEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind === "unix") return endpoint.path;
  const host = isIPv6(endpoint.host) ? `[${endpoint.host}]` : endpoint.host;
  return `${host}:${endpoint.port}`;
}

function unixEndpoint(path: string): Endpoint {
  if (Buffer.byteLength(path) > pathLimitBytes || path.includes("\0")) {
    throw new MxsealError("MXSEAL_CONFIG_INVALID", `path too long for a unix socket: ${path}`);
  }
  return { kind: "unix", path };
}
