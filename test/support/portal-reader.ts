/** What a reader's browser does, without a browser. */
import assert from "node:assert/strict";
import type { LightMyRequestResponse } from "fastify";
import { usualAttemptLimits } from "./attempt-limits.ts";
import type { PortalBench, SealedSample } from "./portal-bench.ts";

/** Well-formed and, for all practical purposes, never drawn. */
export const wrongCode = "0000-0000-0000";
export const formType = { "content-type": "application/x-www-form-urlencoded" };

export interface Post {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly remoteAddress?: string;
}

export function post(
  bench: PortalBench,
  sample: SealedSample,
  code: string,
  change: Post = {},
): Promise<LightMyRequestResponse> {
  return bench.portal.app.inject({
    method: "POST",
    url: `${sample.path}${change.query ?? ""}`,
    headers: { ...formType, ...change.headers },
    payload: `code=${encodeURIComponent(code)}`,
    remoteAddress: change.remoteAddress ?? "198.51.100.7",
  });
}

/** A page, in English. */
export function get(bench: PortalBench, url: string): Promise<LightMyRequestResponse> {
  return bench.portal.app.inject({ url, headers: { "accept-language": "en" } });
}

export function sendForm(
  bench: PortalBench,
  url: string,
  fields: Readonly<Record<string, string>>,
): Promise<LightMyRequestResponse> {
  const payload = new URLSearchParams(fields).toString();
  return bench.portal.app.inject({ method: "POST", url, headers: formType, payload });
}

/** Twenty wrong codes from as many networks, without the costly key that each derives. */
export async function lockByWrongCodes(bench: PortalBench, sample: SealedSample): Promise<void> {
  for (let round = 0; round < usualAttemptLimits.perMessage; round += 1) {
    const network = `203.0.${round}.1`;
    const { sealed } = bench.store;
    await sealed.countAttempt(sample.lookupId, network, bench.clock.now(), usualAttemptLimits);
  }
}

export function cookiesOf(response: LightMyRequestResponse): Record<string, string> {
  return Object.fromEntries(response.cookies.map(({ name, value }) => [name, value]));
}

export interface OpenReader {
  readonly cookies: Record<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  head(path: string): Promise<LightMyRequestResponse>;
}

export async function open(bench: PortalBench, sample: SealedSample): Promise<OpenReader> {
  const opened = await post(bench, sample, sample.code);
  assert.equal(opened.statusCode, 303);
  assert.equal(opened.headers["location"], `/v/${sample.id}`);
  const cookies = cookiesOf(opened);
  const urlOf = (path: string): string => `/v/${sample.id}${path}`;
  return {
    cookies,
    get: (path, headers = {}) => bench.portal.app.inject({ url: urlOf(path), cookies, headers }),
    head: (path) => bench.portal.app.inject({ method: "HEAD", url: urlOf(path), cookies }),
  };
}

export function heading(response: LightMyRequestResponse): string {
  return /<h1>(?:<bdi>)?([^<]*)/.exec(response.body)?.[1] ?? "";
}

export function attemptsLeft(response: LightMyRequestResponse): string {
  return /You have \d+ tr(?:y|ies) left/.exec(response.body)?.[0] ?? "";
}
