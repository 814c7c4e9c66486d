/**
 * One query to one server: UDP first, TCP when the answer does not fit (RFC 7766 §5).
 *
 * Limits: one deadline for both transports; 64 foreign datagrams are ignored, then the server
 * counts as silent; a TCP answer is 65,535 bytes by its length field.
 * Security: random id, and a socket of its own for every query, so a random source port
 * (RFC 5452 §9.2); the connected socket takes datagrams of this server only.
 */
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import {
  type DnsQuestion,
  type DnsResponse,
  encodeQuery,
  type QueryForm,
  readResponse,
} from "./dns-message.ts";

export interface DnsServer {
  readonly address: string;
  readonly port: number;
}

export type ExchangeOutcome =
  | { readonly kind: "response"; readonly response: DnsResponse }
  /** `unreachable`: this machine was told that nobody listens there, or has no route. */
  | { readonly kind: "timeout" | "unreachable" | "malformed" | "truncated" };

const maxForeignDatagrams = 64;

/** Rejects only when `signal` is aborted, with its reason. */
export async function exchange(
  server: DnsServer,
  question: DnsQuestion,
  form: Omit<QueryForm, "id">,
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ExchangeOutcome> {
  const query = { question, id: randomInt(65536) };
  const bytes = encodeQuery(question, { ...form, id: query.id });
  const deadline = AbortSignal.timeout(limits.timeoutMs);
  const signal = AbortSignal.any([limits.signal, deadline]);
  const outcome = await askByUdp(server, query, bytes, signal);
  limits.signal.throwIfAborted();
  if (outcome.kind !== "response" || !outcome.response.truncated) return outcome;
  const whole = await askByTcp(server, query, bytes, signal);
  limits.signal.throwIfAborted();
  return whole.kind === "response" && !whole.response.truncated ? whole : { kind: "truncated" };
}

interface Query {
  readonly question: DnsQuestion;
  readonly id: number;
}

function askByUdp(
  server: DnsServer,
  query: Query,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<ExchangeOutcome> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(server.address) ? "udp6" : "udp4");
    const finish = (outcome: ExchangeOutcome): void => {
      signal.removeEventListener("abort", onAbort);
      socket.removeAllListeners("message").close();
      resolve(outcome);
    };
    const settle = once(finish);
    const onAbort = (): void => settle({ kind: "timeout" });
    let foreign = 0;
    socket.on("error", () => settle({ kind: "unreachable" }));
    socket.on("message", (message) => {
      const outcome = judge(message, query);
      if (outcome !== undefined) settle(outcome);
      else if (++foreign >= maxForeignDatagrams) settle({ kind: "timeout" });
    });
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort);
    // As an event: a callback of `connect` would also be called with its failure.
    socket.on("connect", () => socket.send(bytes, onSent(settle)));
    socket.connect(server.port, server.address);
  });
}

function onSent(settle: (outcome: ExchangeOutcome) => void): (error: Error | null) => void {
  return (error) => {
    if (error !== null) settle({ kind: "unreachable" });
  };
}

function askByTcp(
  server: DnsServer,
  query: Query,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<ExchangeOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host: server.address, port: server.port });
    const settle = once((outcome: ExchangeOutcome) => {
      signal.removeEventListener("abort", onAbort);
      socket.destroy();
      resolve(outcome);
    });
    const onAbort = (): void => settle({ kind: "timeout" });
    let received = Buffer.alloc(0);
    socket.on("error", () => settle({ kind: "unreachable" }));
    socket.on("close", () => settle({ kind: "malformed" }));
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const length = received.length < 2 ? undefined : received.readUInt16BE(0);
      if (length === undefined || received.length < length + 2) return;
      settle(judge(received.subarray(2, length + 2), query) ?? { kind: "malformed" });
    });
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort);
    const prefix = Buffer.alloc(2);
    prefix.writeUInt16BE(bytes.length);
    socket.write(Buffer.concat([prefix, bytes]));
  });
}

function judge(message: Buffer, query: Query): ExchangeOutcome | undefined {
  const response = readResponse(message, query.id, query.question);
  if (response === "not-ours") return undefined;
  return response === "malformed" ? { kind: "malformed" } : { kind: "response", response };
}

function once<T>(action: (value: T) => void): (value: T) => void {
  let done = false;
  return (value) => {
    if (done) return;
    done = true;
    action(value);
  };
}
