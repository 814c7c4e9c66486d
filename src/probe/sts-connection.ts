/**
 * A TLS connection to one address of a policy host, with its identity settled before anybody sends
 * a byte of HTTP (RFC 8461 §3.3, RFC 9525): SNI and reference identifier are the policy host's own
 * name, whatever aliases led to the address; only dNSName entries count, the common name never; the
 * chain ends at an authority of the CA file that deliveries trust as well; TLS 1.2 at least.
 *
 * RFC 8461 allows a wildcard as the whole first label; TR-03108-08-R advises against it.
 */
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect, createSecureContext, type SecureContext, type TLSSocket } from "node:tls";
import { failure, type Result, success } from "../base/result.ts";
import type { TrustStore } from "./ca-file.ts";
import { dnsNames, matchesName } from "./certificate.ts";
import { withinBytes } from "./connection-meter.ts";

export interface PolicyHostTls {
  readonly context: SecureContext;
  readonly acceptWildcard: boolean;
}

export interface PolicyHostAddress {
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

export interface PolicyConnection extends Disposable {
  readonly socket: TLSSocket;
  /** Aborted when the host sends more than any policy needs, whatever it is. */
  readonly flooded: AbortSignal;
}

/** Handshake, headers and the largest policy take less than half of it. */
const maxBytes = 512 * 1024;
export const floodWords = "it sends without end";

/** Parses the CA bundle: once, not for each fetch. */
export function createPolicyHostTls(trust: TrustStore, acceptWildcard: boolean): PolicyHostTls {
  const context = createSecureContext({ ca: trust.pem, minVersion: "TLSv1.2" });
  return { context, acceptWildcard };
}

/** The error says in words why there is no such connection. `signal` ends the attempt. */
export async function connectPolicyHost(
  place: PolicyHostAddress,
  tls: PolicyHostTls,
  signal: AbortSignal,
): Promise<Result<PolicyConnection, string>> {
  const raw = connectTcp({ host: place.address, port: place.port });
  // Whoever waits hears of errors; between two waits they must not be fatal.
  raw.on("error", () => undefined);
  const meter = withinBytes(raw, maxBytes);
  const limit = AbortSignal.any([signal, meter.signal]);
  const dispose = (): void => {
    meter[Symbol.dispose]();
    raw.destroy();
  };
  const secured = await secure(raw, place.host, tls, limit);
  if (!secured.ok) {
    dispose();
    return meter.signal.aborted ? failure(floodWords) : secured;
  }
  const socket = secured.value;
  return success({ socket, flooded: meter.signal, [Symbol.dispose]: dispose });
}

async function secure(
  raw: Socket,
  host: string,
  tls: PolicyHostTls,
  signal: AbortSignal,
): Promise<Result<TLSSocket, string>> {
  let fault: string | undefined;
  try {
    await once(raw, "connect", { signal });
    const socket = connect({
      socket: raw,
      servername: host,
      secureContext: tls.context,
      ALPNProtocols: ["http/1.1"],
      rejectUnauthorized: true,
      checkServerIdentity: (_host, peer) => {
        fault = findNameFault(new X509Certificate(peer.raw), host, tls);
        return fault === undefined ? undefined : new Error(fault);
      },
    });
    socket.on("error", () => undefined);
    await once(socket, "secureConnect", { signal });
    return success(socket);
  } catch (error) {
    return failure(fault ?? describeTransportError(error, signal));
  }
}

const literally = { subject: "never", wildcards: false, partialWildcards: false } as const;
const maxShownNames = 3;

function findNameFault(
  certificate: X509Certificate,
  host: string,
  { acceptWildcard }: PolicyHostTls,
): string | undefined {
  if (certificate.checkHost(host, literally) !== undefined) return undefined;
  if (matchesName(certificate, host)) {
    return acceptWildcard ? undefined : "its certificate covers the host only by a wildcard";
  }
  const names = dnsNames(certificate);
  if (names.length === 0) return "its certificate has no DNS name";
  return `its certificate is for ${names.slice(0, maxShownNames).join(", ")}`;
}

const transportWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection broke off",
  EPIPE: "the connection broke off",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  EADDRNOTAVAIL: "the network cannot be reached",
  EAFNOSUPPORT: "the network cannot be reached",
  ETIMEDOUT: "no answer in time",
  ABORT_ERR: "no answer in time",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not from a trusted authority",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate is not from a trusted authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is not from a trusted authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not from a trusted authority",
};

/** Throws what is no error of network, TLS or HTTP: a bug of ours. */
export function describeTransportError(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "no answer in time";
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") {
    throw error;
  }
  const { code } = error;
  const words = transportWords[code];
  if (words !== undefined) return words;
  if (code.startsWith("HPE_")) return "the answer is not HTTP";
  if (code.startsWith("ERR_SSL_") || code === "EPROTO") return `TLS failed (${code})`;
  return `the connection failed (${code})`;
}
