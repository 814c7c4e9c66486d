/** The words around findings in English. */
import type { ExplainWords } from "./explain-words.ts";

export const explainEnglish: ExplainWords = {
  headline: {
    proven: "proven. Its mail servers can be reached over validated TLS.",
    partly: (proven, all) =>
      `proven. ${proven} of ${all} mail servers can be reached over validated TLS; mail goes only there.`,
    failed: "failed. None of its mail servers can be reached over validated TLS.",
    unknown: "not known now. No mail server is proven, and not all could be judged; mail waits.",
    "no-mail": "takes no mail.",
  },
  status: { proven: "proven", failed: "failed", unknown: "not known" },
  assurance: {
    dane: "signed DNS records of the domain name the certificate (DANE)",
    "mta-sts": "the domain's published policy names the mail servers (MTA-STS)",
    "dnssec-mx": "the certificate names the mail server, and signed DNS names that server",
    "domain-name": "the certificate names the recipient domain itself",
    "mx-name": "the certificate names the mail server; which one that is came from unsigned DNS",
  },
  vouched: (assurance, meaning) => `Assurance ${assurance}: ${meaning}.`,
  forbidden: {
    dane: "Mail to it waits: its own signed DNS records (DANE) forbid delivery to servers that do not match them. Every sender that honours DANE waits as well.",
    "mta-sts":
      "Mail to it waits: its own policy (MTA-STS, enforce) forbids delivery to servers that do not satisfy it. Every sender that honours MTA-STS waits as well.",
  },
  mxSigned: "DNS: the MX records are signed (DNSSEC).",
  mxUnsigned: "DNS: the MX records are not signed (DNSSEC).",
  sts: ({ mode, id, kept }, patterns, fetched) =>
    `MTA-STS: mode ${mode}, id ${id}, for ${patterns}; ${kept ? "the copy kept from" : "fetched on"} ${fetched}.`,
  stsMode: { enforce: "", testing: "It forbids nothing yet.", none: "It forbids nothing." },
  preference: (preference) => `preference ${preference}`,
  addressesSigned: "Its addresses are signed (DNSSEC).",
  addressesUnsigned: "Its addresses are not signed (DNSSEC).",
  tlsa: {
    usable: (base) => `TLSA records (DANE) of ${base}, signed and usable:`,
    unusable: (base) => `TLSA records (DANE) of ${base}, signed, but none can be used:`,
    insecure: (base) => `TLSA records (DANE) of ${base}, unsigned, so that they do not count:`,
    absent: () => "It has no TLSA records (DANE).",
    failure: (base) =>
      `The TLSA records (DANE) of ${base} cannot be read, so the server must not be used.`,
  },
  keyExchange: (group) => `key exchange ${group}`,
  signedWith: (scheme) => `signed with ${scheme}`,
  certificate: (subject, issuer, key, until) =>
    `certificate of "${subject}" by "${issuer}", ${key}, valid until ${until}`,
  open: (connection) => `A client that accepts nearly everything gets: ${connection}.`,
  mend: (domain) => `What the postmaster of ${domain} should mend:`,
  policy: "Postfix enforces:",
  judged: (profile, checked, expires) =>
    `Judged by ${profile} on ${checked}; holds until ${expires}.`,
};
