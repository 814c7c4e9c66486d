/** The configuration's domain lists in the words of the decision memory. */
import type { Config } from "../config/config.ts";
import type { DomainClasses } from "../gate/decision-memory.ts";

export function domainClasses({ domains }: Config): DomainClasses {
  return { local: domains.local, routed: domains.routed, ownRemote: domains.own_remote };
}
