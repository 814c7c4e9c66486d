/**
 * Whether Postfix's `mxseal-secure` does what mxseal's checks assume: the same CA file, the offer
 * of the configured profile, DNSSEC where DANE is to be enforced, no policy attribute that this
 * version does not know; and whether main.cf takes mails of the sizes that mxseal makes. A
 * disagreement loses nothing, but mail waits for ever.
 */
import type { Config } from "../config/config.ts";
import { profileOf } from "../tls-profile/profile-of.ts";
import type { ProfileName } from "../tls-profile/tls-profile.ts";
import { findSizeFaults, sizeParameters } from "./mail-size-agreement.ts";
import { isVersionAtLeast, readPostfixFacts } from "./postfix-facts.ts";

export interface Disagreement {
  /** The configuration key that Postfix contradicts. */
  readonly key: string;
  readonly fault: string;
  /** Works, but not as anybody would wish. */
  readonly isHint?: boolean;
}

const pinned = [
  "tls_config_file",
  "tls_eecdh_auto_curves",
  "smtp_tls_mandatory_exclude_ciphers",
] as const;
const parameters = ["smtp_tls_CAfile", "smtp_dns_support_level", ...pinned];
/** postconf(5) smtp_tls_enforce_sts_mx_patterns. */
const firstWithStsAttributes = [3, 10, 5];

/** Undefined when there is no Postfix to ask, or none that knows `mxseal-secure`. */
export async function findDisagreements(
  config: Config,
): Promise<readonly Disagreement[] | undefined> {
  const facts = await readPostfixFacts(config.postfix.config_directory, {
    secure: parameters,
    main: sizeParameters,
  });
  const caFile = facts?.secure("smtp_tls_CAfile");
  if (facts === undefined || caFile === undefined) return undefined;
  const { tls } = config;
  const found: Disagreement[] = [];
  if (caFile !== tls.ca_file) {
    found.push({ key: "tls.ca_file", fault: `mxseal-secure has smtp_tls_CAfile=${caFile}` });
  }
  const expected = pinsOf(tls.profile);
  for (const name of pinned) {
    const value = facts.secure(name) ?? "(not set)";
    if (comparable(value) === expected[name]) continue;
    const fault = `mxseal-secure has ${name}=${value}, not ${expected[name]}`;
    found.push({ key: "tls.profile", fault });
  }
  if (tls.dane && facts.secure("smtp_dns_support_level") !== "dnssec") {
    found.push({ key: "tls.dane", fault: "mxseal-secure lacks smtp_dns_support_level=dnssec" });
  }
  if (tls.sts_attributes && !isVersionAtLeast(facts.version, firstWithStsAttributes)) {
    const fault = `Postfix ${facts.version} does not know policy_type; 3.10.5 does`;
    found.push({ key: "tls.sts_attributes", fault });
  }
  return [...found, ...findSizeFaults(config, facts.main)];
}

/** What postfix-examples/README.md gives for a profile. */
function pinsOf(name: ProfileName): Readonly<Record<(typeof pinned)[number], string>> {
  const { offer } = profileOf(name);
  return {
    tls_config_file: `mxseal-tls-${name}.cnf`,
    tls_eecdh_auto_curves: offer.groups.join(","),
    smtp_tls_mandatory_exclude_ciphers: offer.exclusions.join(","),
  };
}

/** Lists as Postfix splits them, files without their directory. */
function comparable(value: string): string {
  return value.startsWith("/") || value.startsWith("$")
    ? value.slice(value.lastIndexOf("/") + 1)
    : value.split(/[\s,:]+/).join(",");
}
