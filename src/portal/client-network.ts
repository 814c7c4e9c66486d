/**
 * The network an attempt is counted for: the client's /24 (IPv4) or /56 (IPv6), because one
 * household or office sits behind one of them. X-Forwarded-For counts only as far as trusted
 * proxies wrote it: read from its right end, the first address that is not a trusted proxy.
 */
import { isIP } from "node:net";

export interface ClientHop {
  /** The connection's peer; undefined on a unix socket, and when the client was gone at once. */
  readonly peer: string | undefined;
  /** It came through a unix socket, whose only peer is a local proxy. */
  readonly isLocal: boolean;
  readonly forwardedFor: string | undefined;
}

/** For example `192.0.2.0/24`, `2001:db8:1:100::/56`, or `unknown`. */
export function clientNetwork(hop: ClientHop, trustedProxies: readonly string[]): string {
  return networkOf(clientAddress(hop, trustedProxies));
}

/**
 * The network whose connections are counted together: the peer's /24, or /48 because that is what
 * one customer of IPv6 gets at most. Undefined for a trusted proxy and for a peer that is none.
 */
export function connectionNetwork(
  peer: string | undefined,
  trustedProxies: readonly string[],
): string | undefined {
  const address = peer === undefined ? "" : canonical(peer);
  if (address === "" || trustedProxies.some((proxy) => canonical(proxy) === address)) {
    return undefined;
  }
  if (isIP(address) === 4) return networkOf(address);
  return `${expand(address).slice(0, 3).join(":")}::/48`;
}

function clientAddress(hop: ClientHop, trustedProxies: readonly string[]): string {
  const trusted = new Set(trustedProxies.map(canonical));
  const claimed = (hop.forwardedFor ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  let address = hop.peer === undefined ? "" : canonical(hop.peer);
  let isProxy = hop.isLocal || trusted.has(address);
  while (isProxy) {
    const next = claimed.pop();
    if (next === undefined) break;
    address = canonical(next);
    isProxy = trusted.has(address);
  }
  return address;
}

function networkOf(address: string): string {
  if (isIP(address) === 4) return address.replace(/\d{1,3}$/, "0/24");
  if (isIP(address) !== 6) return "unknown";
  const groups = expand(address).slice(0, 4);
  const fourth = Number.parseInt(groups[3] ?? "0", 16) & 0xff00;
  return `${groups.slice(0, 3).join(":")}:${fourth.toString(16)}::/56`;
}

/** One spelling per address, IPv4-mapped ones as IPv4 (RFC 4291 §2.5.5.2); "" when it is none. */
function canonical(text: string): string {
  const [bare = ""] = text.split("%", 1);
  if (isIP(bare) === 4) return bare;
  if (isIP(bare) !== 6) return "";
  const short = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  return [mapped[1], mapped[2]]
    .flatMap((group) => {
      const value = Number.parseInt(group ?? "0", 16);
      return [value >> 8, value & 0xff];
    })
    .join(".");
}

function expand(address: string): readonly string[] {
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return tail === undefined ? left : [...left, ...zeros, ...right];
}
