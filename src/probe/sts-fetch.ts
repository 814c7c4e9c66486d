/**
 * Fetches the policy file of a domain: GET https://mta-sts.DOMAIN/.well-known/mta-sts.txt
 * (RFC 8461 §3.3). Only an answer with status 200 counts; redirects are not followed, nothing is
 * cached, no proxy is asked and no connection is used twice.
 *
 * The addresses come from our own resolver, which follows aliases (policy delegation, RFC 8461
 * §8.2); the name in TLS and HTTP never changes with them. An address that cannot be connected to,
 * or is not the policy host, gives way to the next; an answer in HTTP is the last word.
 *
 * Limits: 4 addresses, 64 KiB of body, 512 KiB on the wire, a minute for everything behind DNS.
 * Security: an answer must state its length. Without that a connection cut on the way looks like
 * the end of the file, and `mx: mail.example.com` may lose its last letter.
 */
import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { failure, type Result, success } from "../base/result.ts";
import { isPolicyMediaType } from "../mta-sts/policy-media-type.ts";
import { describeDnsFailure } from "./dns-failure.ts";
import type { Lookup } from "./mail-host.ts";
import {
  connectPolicyHost,
  describeTransportError,
  floodWords,
  type PolicyConnection,
  type PolicyHostTls,
} from "./sts-connection.ts";

export interface StsFetchOptions {
  readonly tls: PolicyHostTls;
  /** Default 443. */
  readonly port?: number | undefined;
  readonly times?: StsFetchTimes | undefined;
}

export interface StsFetchTimes {
  /** TCP and TLS with one address. */
  readonly connectMs: number;
  readonly wholeMs: number;
}

/** The minute is the suggestion of RFC 8461 §3.3. */
const defaultTimes: StsFetchTimes = { connectMs: 15_000, wholeMs: 60_000 };
const httpsPort = 443;
const maxAddresses = 4;
const maxBodyBytes = 64 * 1024;
const path = "/.well-known/mta-sts.txt";
const fields = {
  accept: "text/plain",
  "accept-encoding": "identity",
  "cache-control": "no-cache",
  "user-agent": "mxseal",
} as const;

export function policyHostOf(domain: string): string {
  return `mta-sts.${domain}`;
}

export function policyUrlOf(domain: string): string {
  return `https://${policyHostOf(domain)}${path}`;
}

/**
 * The body as text, or in words why there is none, for "could not be fetched: …". Never rejects
 * because of the host; `signal` ends it early.
 */
export async function fetchStsPolicy(
  domain: string,
  lookup: Lookup,
  options: StsFetchOptions,
  signal: AbortSignal,
): Promise<Result<string, string>> {
  const host = policyHostOf(domain);
  const addresses = await findAddresses(host, lookup);
  if (!addresses.ok) return addresses;
  const { connectMs, wholeMs } = options.times ?? defaultTimes;
  const whole = AbortSignal.any([signal, AbortSignal.timeout(wholeMs)]);
  const { tls, port = httpsPort } = options;
  const faults: string[] = [];
  for (const address of addresses.value) {
    const limit = AbortSignal.any([whole, AbortSignal.timeout(connectMs)]);
    const connected = await connectPolicyHost({ host, address, port }, tls, limit);
    if (connected.ok) return readPolicy(connected.value, host, whole);
    faults.push(connected.error);
  }
  return failure(weightiest(faults));
}

/** IPv4 and IPv6 in turn, so that neither family is left out when there are many. */
async function findAddresses(
  host: string,
  lookup: Lookup,
): Promise<Result<readonly string[], string>> {
  const answers = await Promise.all([lookup(host, "A"), lookup(host, "AAAA")]);
  const families = answers.map((answer) => (answer.outcome === "found" ? answer.records : []));
  const rounds = Array.from({ length: maxAddresses }, (_, round) =>
    families.flatMap((family) => family[round] ?? []),
  );
  const addresses = rounds.flat().slice(0, maxAddresses);
  if (addresses.length > 0) return success(addresses);
  const failed = answers.find((answer) => answer.outcome === "failure");
  return failure(failed ? describeDnsFailure(failed.reason) : "its host has no address");
}

/** A wrong certificate says more than an address out of reach. */
function weightiest(faults: readonly string[]): string {
  return faults.find((fault) => fault.includes("certificate")) ?? faults[0] ?? "no address";
}

async function readPolicy(
  connection: PolicyConnection,
  host: string,
  deadline: AbortSignal,
): Promise<Result<string, string>> {
  using open = connection;
  const signal = AbortSignal.any([deadline, open.flooded]);
  try {
    const response = await ask(open, host, signal);
    const fault = findHeaderFault(response);
    return fault === undefined ? await readBody(response) : failure(fault);
  } catch (error) {
    return failure(open.flooded.aborted ? floodWords : describeTransportError(error, signal));
  }
}

function ask(
  { socket }: PolicyConnection,
  host: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // With a connection of its own a request has no agent: no pool, and no proxy from outside.
    const asked = request({
      createConnection: () => socket,
      path,
      headers: { ...fields, host },
      signal,
    });
    asked.once("response", resolve);
    // Errors behind the header reach whoever reads the body; here they only must not be fatal.
    asked.on("error", reject);
    // A switch to another protocol ends the request without an error.
    asked.once("close", () => reject(Object.assign(new Error("closed"), { code: "ECONNRESET" })));
    asked.end();
  });
}

const tooLarge = "it is larger than 64 KiB";
const maxShownType = 60;

function findHeaderFault({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  if (statusCode >= 300 && statusCode < 400) return `a redirect (HTTP status ${statusCode})`;
  if (statusCode !== 200) return `HTTP status ${statusCode}`;
  const type = headers["content-type"];
  if (type === undefined) return "it has no media type";
  if (!isPolicyMediaType(type)) return `its media type is ${type.slice(0, maxShownType)}`;
  const coding = headers["content-encoding"]?.toLowerCase() ?? "identity";
  if (coding !== "identity") return "it is compressed";
  const { "content-length": length, "transfer-encoding": transfer } = headers;
  if (length === undefined && transfer?.toLowerCase() !== "chunked") return "it states no length";
  return Number(length ?? 0) > maxBodyBytes ? tooLarge : undefined;
}

async function readBody(response: IncomingMessage): Promise<Result<string, string>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return failure(tooLarge);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (!isUtf8(body)) return failure("it is not UTF-8");
  // Without the byte order mark that some editors put in front.
  return success(new TextDecoder().decode(body));
}
