/**
 * Pages for a message look as its sender's domain does; all others, and those that cannot know
 * the sender, look as usual. The domain is the envelope's, which was checked to be ours.
 */
import type { FastifyRequest } from "fastify";
import type { Domain } from "../base/domain.ts";
import { parseMailAddress } from "../base/mail-address.ts";
import { type Branding, type BrandingOptions, checkBranding } from "./branding.ts";

/** How the messages of some domains look. */
export interface SenderBrandingOptions {
  readonly domains: readonly Domain[];
  readonly branding: BrandingOptions;
}

export interface SenderBrandings {
  readonly usual: Branding;
  readonly others: readonly Branding[];
  readonly byDomain: ReadonlyMap<Domain, Branding>;
}

const senderOf = new WeakMap<FastifyRequest, string>();

/** Throws MXSEAL_CONFIG_INVALID. Style and pictures of each look have addresses of their own. */
export function checkBrandings(
  usual: BrandingOptions,
  others: readonly SenderBrandingOptions[],
): SenderBrandings {
  const looks = others.map(({ domains, branding }, index) => ({
    domains,
    branding: checkBranding(branding, `/look/${index + 1}`),
  }));
  return {
    usual: checkBranding(usual),
    others: looks.map(({ branding }) => branding),
    byDomain: new Map(
      looks.flatMap(({ domains, branding }) =>
        domains.map((domain): [Domain, Branding] => [domain, branding]),
      ),
    ),
  };
}

/** So that the answer looks as this sender's do. */
export function noteSender(request: FastifyRequest, sender: string): void {
  senderOf.set(request, sender);
}

export function brandingFor(brandings: SenderBrandings, request: FastifyRequest): Branding {
  const sender = parseMailAddress(senderOf.get(request) ?? "");
  return (sender && brandings.byDomain.get(sender.domain)) ?? brandings.usual;
}
