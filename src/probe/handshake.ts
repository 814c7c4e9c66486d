/**
 * The TLS handshake with one address and what it showed: nothing is refused here, everything is
 * judged later (`judgement.ts`). The chain is taken as presented; whether it is trusted is
 * OpenSSL's word, the same library and CA file as Postfix's. What Node cannot tell (group by its
 * IANA name, signature scheme, extensions of TLS 1.2) is read from the server's own bytes.
 *
 * Security: Node's own name check is switched off, because it would accept forms that RFC 9525
 * does not; `judgement.ts` checks names. No application data is sent but QUIT.
 */
import type { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { connect, type SecureContext, type TLSSocket } from "node:tls";
import { ProtocolError } from "../base/errors.ts";
import type { HandshakeFacts, KeyExchange } from "../tls-profile/handshake-facts.ts";
import { readServerFlight, type ServerFlight } from "../wire/tls-server-flight.ts";
import { HandshakeTap } from "./handshake-tap.ts";

export interface Handshake {
  readonly facts: HandshakeFacts;
  /** As the server sent it, leaf first. */
  readonly presented: readonly X509Certificate[];
  /** OpenSSL's name of the first reason not to trust the chain; undefined: trusted. */
  readonly trustError: string | undefined;
}

export type HandshakeOutcome =
  | { readonly kind: "done"; readonly handshake: Handshake; readonly socket: TLSSocket }
  /** The TLS layer of one side refused; `reason` is OpenSSL's. */
  | { readonly kind: "refused"; readonly reason: string }
  /** The connection broke or stayed silent: no word about TLS. */
  | { readonly kind: "interrupted" }
  | { readonly kind: "aborted" };

const maxPresented = 100;

/** `serverName` goes out as SNI, as Postfix's `servername=hostname` makes it. */
export function performHandshake(
  socket: Socket,
  context: SecureContext,
  serverName: string,
  signal: AbortSignal,
): Promise<HandshakeOutcome> {
  // A TLS layer over a socket that is already gone would wait for events that never come.
  if (socket.destroyed) return Promise.resolve({ kind: "interrupted" });
  return new Promise((resolve) => {
    const tap = new HandshakeTap(socket);
    const secured = connect({
      socket: tap,
      secureContext: context,
      servername: serverName,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    const settle = (outcome: HandshakeOutcome): void => {
      signal.removeEventListener("abort", onAbort);
      tap.release();
      if (outcome.kind !== "done") secured.destroy();
      resolve(outcome);
    };
    const onAbort = (): void => settle({ kind: "aborted" });
    secured.on("error", (error) => settle(describeError(error)));
    secured.on("keylog", (line) => tap.learn(line));
    secured.once("close", () => settle({ kind: "interrupted" }));
    secured.once("secureConnect", () =>
      settle({ kind: "done", handshake: readHandshake(secured, tap), socket: secured }),
    );
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort);
  });
}

function describeError(error: NodeJS.ErrnoException & { reason?: unknown }): HandshakeOutcome {
  const code = error.code ?? "";
  // System errors (ECONNRESET, EPIPE, …) are the network's; OpenSSL's begin with ERR_ or EPROTO.
  if (!code.startsWith("ERR_") && code !== "EPROTO") return { kind: "interrupted" };
  return {
    kind: "refused",
    reason: typeof error.reason === "string" ? error.reason : error.message,
  };
}

function readHandshake(socket: TLSSocket, tap: HandshakeTap): Handshake {
  const cipher = socket.getCipher();
  const flight = readFlight(tap, cipher.standardName);
  return {
    facts: {
      protocol: socket.getProtocol() ?? "unknown",
      cipher: { iana: cipher.standardName, openssl: cipher.name },
      keyExchange: flight?.group ?? readKeyExchange(socket, cipher.standardName),
      signatureScheme: flight?.signatureScheme,
      legacy: flight?.legacy,
    },
    presented: readChain(socket),
    trustError: readTrustError(socket),
  };
}

/** Undefined: OpenSSL made sense of what we cannot read. The verdict then rests on what it tells. */
function readFlight(tap: HandshakeTap, cipher: string): ServerFlight | undefined {
  const { captured, trafficSecret } = tap.reveal();
  try {
    return readServerFlight(captured, { cipher, trafficSecret });
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** OpenSSL's names of groups whose IANA name is another one. */
const groupNames: Readonly<Record<string, string>> = {
  X25519: "x25519",
  X448: "x448",
  prime256v1: "secp256r1",
  prime192v1: "secp192r1",
};

/** What Node tells by itself: nothing of finite-field groups but their size. */
function readKeyExchange(socket: TLSSocket, cipher: string): KeyExchange {
  if (cipher.startsWith("TLS_RSA_")) return { name: "RSA", bits: undefined };
  const info: { type?: string; name?: string; size?: number } = socket.getEphemeralKeyInfo() ?? {};
  if (info.type === "DH") return { name: "DH", bits: info.size };
  const { name = "unknown", size } = info;
  return { name: groupNames[name] ?? name, bits: size };
}

function readChain(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next: X509Certificate | undefined = socket.getPeerX509Certificate();
  while (next !== undefined && chain.length < maxPresented) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

function readTrustError(socket: TLSSocket): string | undefined {
  if (socket.authorized) return undefined;
  // Typed as Error, but a plain code unless a name check of Node's failed.
  const error: unknown = socket.authorizationError;
  return typeof error === "string" ? error : "UNSPECIFIED";
}
