/**
 * What one address of one mail server showed: a connection, the SMTP dialog, a TLS handshake with
 * Postfix's offer. When that handshake fails, a second connection with an open offer finds out
 * why; there is never more than one connection at a time. Knows nothing of the recipient domain,
 * so that what was seen holds for every domain on that server.
 */
import { once } from "node:events";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import type { Finding } from "../base/verdict.ts";
import type { DeliveryTls } from "./delivery-tls.ts";
import { finding, type Where } from "./finding.ts";
import { type Handshake, type HandshakeOutcome, performHandshake } from "./handshake.ts";
import { ProbeStop } from "./probe-stop.ts";
import { requestStartTls, type SessionTimes } from "./smtp-session.ts";

export interface Target {
  /** MX host name. */
  readonly host: string;
  readonly address: string;
  /** Goes out as SNI: the MX host name, or the TLSA base domain (RFC 7672 §8.1). */
  readonly serverName: string;
}

export type Observation =
  /** TLS as Postfix would have it. */
  | { readonly kind: "secured"; readonly handshake: Handshake }
  /** Postfix's offer was refused; `open` is what the server would take instead. */
  | { readonly kind: "refused"; readonly reason: string; readonly open: Handshake | undefined }
  /** The dialog ended before TLS, or the network broke it; the finding says how. */
  | { readonly kind: "stopped"; readonly finding: Finding };

export interface ObservationTimes extends SessionTimes {
  readonly connectMs: number;
  readonly handshakeMs: number;
}

/** Opens a TCP connection to port 25 of `address`; errors come as the socket's `error` event. */
export type Connect = (address: string) => Socket;

export interface ObservationOptions {
  readonly tls: DeliveryTls;
  readonly connect: Connect;
  readonly ehloName: string;
  readonly times: ObservationTimes;
  /** The deadline of the whole probe. */
  readonly signal: AbortSignal;
}

const farewellMs = 1000;

/** Never rejects because of the server. */
export async function observe(target: Target, options: ObservationOptions): Promise<Observation> {
  const first = await attempt(target, options, options.tls.delivery);
  if (first instanceof ProbeStop) return { kind: "stopped", finding: first.finding };
  if (first.kind === "done") return { kind: "secured", handshake: first.handshake };
  const second = await attempt(target, options, options.tls.open);
  const open = second instanceof ProbeStop || second.kind !== "done" ? undefined : second.handshake;
  if (first.kind === "refused") return { kind: "refused", reason: first.reason, open };
  // Servers that only know old protocols often hang up without a word.
  if (open !== undefined && !isOffered(open, options.tls)) {
    return { kind: "refused", reason: "the server hung up", open };
  }
  return {
    kind: "stopped",
    finding: finding("tls-interrupted", [], { host: target.host, address: target.address }),
  };
}

function isOffered(open: Handshake, tls: DeliveryTls): boolean {
  return open.facts.protocol >= tls.profile.offer.leastProtocol;
}

type Attempt = Exclude<HandshakeOutcome, { kind: "aborted" }> | ProbeStop;

async function attempt(
  target: Target,
  options: ObservationOptions,
  context: SecureContext,
): Promise<Attempt> {
  const where: Where = { host: target.host, address: target.address };
  const { times, ehloName, signal } = options;
  if (signal.aborted) return new ProbeStop(finding("probe-timeout", [], where));
  const socket = options.connect(target.address);
  // The waits below notice a broken socket by its `close`; this keeps `error` from being fatal.
  socket.on("error", () => undefined);
  let last = socket;
  try {
    await connected(socket, where, options);
    await requestStartTls(socket, { where, ehloName, times, signal });
    const timeout = AbortSignal.timeout(times.handshakeMs);
    const limit = AbortSignal.any([timeout, signal]);
    const outcome = await performHandshake(socket, context, target.serverName, limit);
    if (outcome.kind === "aborted") return silent(where, options);
    if (outcome.kind === "done") {
      last = outcome.socket;
      last.write("QUIT\r\n");
    }
    return outcome;
  } catch (error) {
    if (error instanceof ProbeStop) return error;
    throw error;
  } finally {
    await farewell(last);
  }
}

function silent(where: Where, { times, signal }: ObservationOptions): ProbeStop {
  if (signal.aborted) return new ProbeStop(finding("probe-timeout", [], where));
  const seconds = `${times.handshakeMs / 1000}`;
  return new ProbeStop(finding("no-answer-in-time", ["the TLS handshake", seconds], where));
}

async function connected(
  socket: Socket,
  where: Where,
  { times, signal }: ObservationOptions,
): Promise<void> {
  const timeout = AbortSignal.timeout(times.connectMs);
  try {
    await once(socket, "connect", { signal: AbortSignal.any([timeout, signal]) });
  } catch (error) {
    if (signal.aborted) throw new ProbeStop(finding("probe-timeout", [], where));
    if (timeout.aborted) {
      const seconds = `${times.connectMs / 1000}`;
      throw new ProbeStop(finding("no-answer-in-time", ["a connection", seconds], where));
    }
    throw new ProbeStop(connectFinding(error, where));
  }
}

const errorWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "reset",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ETIMEDOUT: "no answer",
};
/** What a socket says when this machine has no way to an IPv6 address. */
const noRoute: readonly string[] = ["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT"];

function connectFinding(error: unknown, where: Where): Finding {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  if (where.address?.includes(":") === true && noRoute.includes(code)) {
    return finding("no-ipv6-route", [], where);
  }
  return finding("connection-failed", [errorWords[code] ?? code], where);
}

/** Lets QUIT go out and the server close first; never waits long for it. */
async function farewell(socket: Socket): Promise<void> {
  if (!socket.destroyed && socket.writable) {
    socket.end();
    socket.resume();
    const closed = once(socket, "close", { signal: AbortSignal.timeout(farewellMs) });
    await closed.catch(() => undefined);
  }
  socket.destroy();
}
