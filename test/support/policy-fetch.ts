/** Fetches of one domain's policy from servers on loopback. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import type { Result } from "../../src/base/result.ts";
import type { TrustStore } from "../../src/probe/ca-file.ts";
import type { Lookup } from "../../src/probe/mail-host.ts";
import { createPolicyHostTls } from "../../src/probe/sts-connection.ts";
import { fetchStsPolicy, type StsFetchTimes } from "../../src/probe/sts-fetch.ts";
import { type Identity, issueCertificate } from "./certificates.ts";
import { FakeResolver, type FakeZone } from "./fake-resolver.ts";
import { type PolicyAnswer, PolicyHost } from "./policy-host.ts";

export const authority: Identity = issueCertificate({
  commonName: "Policy authority",
  isAuthority: true,
});
export const host = "mta-sts.example.com";
export const good: Identity = issueCertificate({ names: [host], issuer: authority });
export const policy = "version: STSv1\r\nmode: enforce\r\nmx: mx.example.com\r\nmax_age: 86400\r\n";
export const fetched: Result<string, string> = { ok: true, value: policy };

export const trust: TrustStore = {
  path: "ca.pem",
  pem: authority.pem,
  anchors: [new X509Certificate(authority.pem)],
};

export interface Attempt {
  readonly port: number;
  readonly zone?: FakeZone;
  readonly acceptWildcard?: boolean;
  readonly times?: StsFetchTimes;
  readonly signal?: AbortSignal;
}

export const here: FakeZone = { A: { [host]: ["127.0.0.1"] } };

export function lookupOf(zone: FakeZone): Lookup {
  const resolver = new FakeResolver(zone);
  return (name, type) => resolver.lookup(name, type, new AbortController().signal);
}

export function fetchFrom(attempt: Attempt): Promise<Result<string, string>> {
  const { zone = here, acceptWildcard = false, port, signal, times } = attempt;
  return fetchStsPolicy(
    "example.com",
    lookupOf(zone),
    { tls: createPolicyHostTls(trust, acceptWildcard), port, times },
    signal ?? new AbortController().signal,
  );
}

export async function reasonFor(
  answer: PolicyAnswer,
  attempt: Partial<Attempt> = {},
  identity: Identity = good,
): Promise<string> {
  await using server = await PolicyHost.start(identity, answer);
  const result = await fetchFrom({ port: server.port, ...attempt });
  assert.equal(result.ok, false);
  return result.ok ? "" : result.error;
}
