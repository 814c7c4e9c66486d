/**
 * What one address of one mail server showed: a connection, the SMTP dialog, a TLS handshake with
 * Postfix's offer. When that handshake fails, a second connection with an open offer finds out
 * why; there is never more than one connection at a time. Knows nothing of the recipient domain,
 * so that what was seen holds for every domain on that server.
 *
 * Limits: one deadline over both connections and a bound on the bytes of each step, so that no
 * server keeps us longer or makes us hold more than we chose to. Every socket is closed in the end.
 */
import type { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import type { Finding } from "../base/verdict.ts";
import { isWithinOffer } from "../tls-profile/offer-scope.ts";
import { takeLeave } from "./connection-farewell.ts";
import { withinBytes } from "./connection-meter.ts";
import type { DeliveryTls } from "./delivery-tls.ts";
import { finding, type Where } from "./finding.ts";
import { type Handshake, type HandshakeOutcome, performHandshake } from "./handshake.ts";
import { ProbeStop } from "./probe-stop.ts";
import { type SessionTimes, SmtpSession } from "./smtp-session.ts";
import { DialogDeadline } from "./stage-deadline.ts";

export interface Target {
  /** MX host name. */
  readonly host: string;
  readonly address: string;
  /** Goes out as SNI: the MX host name, or the TLSA base domain (RFC 7672 §8.1). */
  readonly serverName: string;
}

export type Observation =
  /** TLS as Postfix would have it; `open` is what a client with an open offer is given. */
  | {
      readonly kind: "secured";
      readonly handshake: Handshake;
      /** Only where it was asked for, and the server went along once more. */
      readonly open?: Handshake | undefined;
    }
  /** Postfix's offer was refused; `open` is what the server would take instead. */
  | { readonly kind: "refused"; readonly reason: string; readonly open: Handshake | undefined }
  /** The dialog ended before TLS, or the network broke it; the finding says how. */
  | { readonly kind: "stopped"; readonly finding: Finding };

export interface ObservationTimes extends SessionTimes {
  readonly connectMs: number;
  readonly handshakeMs: number;
  /** For one address altogether, both connections included. */
  readonly observationMs: number;
}

/** Opens a TCP connection to port 25 of `address`; errors come as the socket's `error` event. */
export type Connect = (address: string) => Socket;

export interface ObservationOptions {
  readonly tls: DeliveryTls;
  readonly connect: Connect;
  readonly ehloName: string;
  readonly times: ObservationTimes;
  /** Ends the observation: nobody wants it any more. */
  readonly signal: AbortSignal;
  /** `always`: a second connection with the open offer also where the first one was taken. */
  readonly openOffer?: "when-refused" | "always";
  /** The only authority to trust (DANE-TA); default: those of the CA file. */
  readonly anchor?: X509Certificate | undefined;
}

/** What a server may send during one handshake; OpenSSL takes 100 KiB of certificates. */
const maxHandshakeBytes = 256 * 1024;

/** Never rejects because of the server. */
export async function observe(target: Target, options: ObservationOptions): Promise<Observation> {
  const { tls, times, signal, anchor } = options;
  const deadline = new DialogDeadline(times.observationMs, signal);
  const context = { target, options, deadline };
  const anchored = anchor && tls.forAnchor(anchor);
  const first = await attempt(context, anchored ?? tls.delivery);
  if (first instanceof ProbeStop) return { kind: "stopped", finding: first.finding };
  if (first.kind === "done" && options.openOffer !== "always") {
    return { kind: "secured", handshake: first.handshake };
  }
  const second = await attempt(context, tls.open);
  const open = second instanceof ProbeStop || second.kind !== "done" ? undefined : second.handshake;
  if (first.kind === "done") return { kind: "secured", handshake: first.handshake, open };
  return explainFailure(first, open, context);
}

interface Context {
  readonly target: Target;
  readonly options: ObservationOptions;
  readonly deadline: DialogDeadline;
}

type Attempt = Exclude<HandshakeOutcome, { kind: "aborted" }> | ProbeStop;
type Failure = Exclude<Attempt, { kind: "done" } | ProbeStop>;

function explainFailure(
  failure: Failure,
  open: Handshake | undefined,
  { target, options }: Context,
): Observation {
  if (failure.kind === "refused") return { kind: "refused", reason: failure.reason, open };
  // Servers that know nothing of what is offered often hang up without a word.
  if (open !== undefined && !isWithinOffer(options.tls.profile.offer, open.facts)) {
    return { kind: "refused", reason: "the server hung up", open };
  }
  return { kind: "stopped", finding: finding("tls-interrupted", [], target) };
}

/** One connection from its beginning to its end. */
async function attempt(context: Context, offer: SecureContext): Promise<Attempt> {
  const { target, options, deadline } = context;
  const { ehloName, times, signal } = options;
  if (signal.aborted) return new ProbeStop(finding("probe-timeout", [], target));
  const socket = options.connect(target.address);
  // The waits below notice a broken socket by its `close`; this keeps `error` from being fatal.
  socket.on("error", () => undefined);
  const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const session = new SmtpSession(socket, { where: target, ehloName, times, deadline });
  let last = socket;
  let mayQuit = (): boolean => session.isGreeted;
  try {
    await connected(socket, context);
    await session.requestStartTls();
    mayQuit = () => false;
    const outcome = await shakeHands(socket, offer, context);
    if (outcome.kind === "done") {
      last = outcome.socket;
      mayQuit = () => true;
    }
    return outcome;
  } catch (error) {
    if (error instanceof ProbeStop) return error;
    throw error;
  } finally {
    await takeLeave(last, mayQuit());
    // The TLS layer goes before the connection below it, and only then may the next one come.
    socket.destroy();
    await gone;
  }
}

async function shakeHands(
  socket: Socket,
  offer: SecureContext,
  { target, options, deadline }: Context,
): Promise<Exclude<Attempt, ProbeStop>> {
  const stage = deadline.stage("the TLS handshake", options.times.handshakeMs);
  using meter = withinBytes(socket, maxHandshakeBytes);
  const limit = AbortSignal.any([stage.signal, meter.signal]);
  const outcome = await performHandshake(socket, offer, target.serverName, limit);
  if (outcome.kind !== "aborted") return outcome;
  const why = meter.signal.aborted ? finding("tls-interrupted", [], target) : stage.explain(target);
  throw new ProbeStop(why);
}

async function connected(socket: Socket, { target, options, deadline }: Context): Promise<void> {
  const stage = deadline.stage("a connection", options.times.connectMs);
  try {
    await once(socket, "connect", { signal: stage.signal });
  } catch (error) {
    throw new ProbeStop(
      stage.signal.aborted ? stage.explain(target) : connectFinding(error, target),
    );
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
