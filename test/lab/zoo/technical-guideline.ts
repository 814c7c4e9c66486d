/**
 * The test cases of BSI TR-03108-P §6 that concern sending, each with the domain of the zoo that
 * is in its condition. Those on reports (H) have no place here: mxseal sends none.
 */

export interface GuidelineCase {
  readonly id: string;
  readonly about: string;
  readonly domains: readonly string[];
  /** Whether mail is to go out to such a domain. */
  readonly isDelivered: boolean;
}

const combinations = ["301", "302", "300", "311", "312", "310", "201", "202", "200"];
const moreCombinations = ["211", "212", "210"];

export const guidelineCases: readonly GuidelineCase[] = [
  {
    id: "C-02",
    about: "signature of the DNSKEY manipulated",
    domains: ["mail.key-altered.zoo"],
    isDelivered: false,
  },
  {
    id: "C-03",
    about: "signature of the DNSKEY outdated",
    domains: ["mail.key-expired.zoo"],
    isDelivered: false,
  },
  {
    id: "C-04-T",
    about: "every supported combination of usage, selector and matching type",
    domains: [...combinations, ...moreCombinations].map((one) => `dane-${one}.signed.zoo`),
    isDelivered: true,
  },
  {
    id: "C-05",
    about: "signature of the TLSA record manipulated",
    domains: ["dane-signature-altered.signed.zoo"],
    isDelivered: false,
  },
  {
    id: "C-06",
    about: "signature of the TLSA record outdated",
    domains: ["dane-signature-expired.signed.zoo"],
    isDelivered: false,
  },
  {
    id: "C-07",
    about: "usage 2, certificate of another authority",
    domains: ["dane-ta-other.signed.zoo"],
    isDelivered: false,
  },
  {
    id: "C-08",
    about: "usage 2, key of another authority",
    domains: ["dane-ta-other-key.signed.zoo"],
    isDelivered: false,
  },
  {
    id: "C-09",
    about: "data that do not fit the selector",
    domains: ["dane-selector.signed.zoo"],
    isDelivered: false,
  },
  {
    id: "ZONE_TLSAS_OK",
    about: "several TLSA records, one of which matches",
    domains: ["dane-several.signed.zoo", "dane-one-usable.signed.zoo"],
    isDelivered: true,
  },
  {
    id: "F-05",
    about: "TLSA record, and no STARTTLS: no downgrade",
    domains: ["dane-no-starttls.signed.zoo"],
    isDelivered: false,
  },
  {
    id: "J-02",
    about: "MTA-STS, certificate of the mail server expired",
    domains: ["sts-expired.plain.zoo"],
    isDelivered: false,
  },
  {
    id: "J-03",
    about: "MTA-STS, certificate of the mail server not trusted",
    domains: ["sts-unknown-authority.plain.zoo", "sts-self-signed.plain.zoo"],
    isDelivered: false,
  },
  {
    id: "J-04",
    about: "MTA-STS, certificate of the mail server for another name",
    domains: ["sts-wrong-name.plain.zoo"],
    isDelivered: false,
  },
  {
    id: "J, DNS-ID",
    about: "certificate of the policy host for another name: no policy",
    domains: ["sts-host-wrong-name.plain.zoo"],
    isDelivered: true,
  },
  {
    id: "J, HTTPS",
    about: "certificate of the policy host expired: no policy",
    domains: ["sts-host-expired.plain.zoo"],
    isDelivered: true,
  },
  {
    id: "J, policy",
    about: "known policy outdated: no policy",
    domains: ["sts-outdated.plain.zoo"],
    isDelivered: true,
  },
  {
    id: "TR-03108-08-R",
    about: "wildcard certificate of the policy host: no policy under bsi-strict, else in force",
    domains: ["sts-host-wildcard.plain.zoo"],
    isDelivered: true,
  },
];
