/**
 * The TLS handshake with one address and what it showed: nothing is refused here, everything is
 * judged later (`judgement.ts`). The chain is taken as presented; whether it is trusted is
 * OpenSSL's word, the same library and CA file as Postfix's.
 *
 * Security: Node's own name check is switched off, because it would accept forms that RFC 9525
 * does not; `judgement.ts` checks names. No application data is sent but QUIT.
 */
import type { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { connect, type SecureContext, type TLSSocket } from "node:tls";
import type { HandshakeFacts, KeyExchange } from "../tls-profile/handshake-facts.ts";

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

const maxPresented = 20;

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
    const secured = connect({
      socket,
      secureContext: context,
      servername: serverName,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    const settle = (outcome: HandshakeOutcome): void => {
      signal.removeEventListener("abort", onAbort);
      if (outcome.kind !== "done") secured.destroy();
      resolve(outcome);
    };
    const onAbort = (): void => settle({ kind: "aborted" });
    secured.on("error", (error) => settle(describeError(error)));
    secured.once("close", () => settle({ kind: "interrupted" }));
    secured.once("secureConnect", () =>
      settle({ kind: "done", handshake: readHandshake(secured), socket: secured }),
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

function readHandshake(socket: TLSSocket): Handshake {
  const cipher = socket.getCipher();
  return {
    facts: {
      protocol: socket.getProtocol() ?? "unknown",
      cipher: { iana: cipher.standardName, openssl: cipher.name },
      keyExchange: readKeyExchange(socket, cipher.standardName),
    },
    presented: readChain(socket),
    trustError: readTrustError(socket),
  };
}

function readKeyExchange(socket: TLSSocket, cipher: string): KeyExchange {
  const info: { type?: string; name?: string; size?: number } = socket.getEphemeralKeyInfo() ?? {};
  if (info.type === "DH") return { name: "DH", bits: info.size };
  if (info.name !== undefined) return { name: info.name, bits: info.size };
  return { name: cipher.startsWith("TLS_RSA_") ? "RSA" : "unknown", bits: undefined };
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
