/**
 * Every finding a probe can make: its stable code, its weight and its sentence for people. What
 * the remote postmaster should do about it stands in `remedy.ts`.
 *
 * Security: much of what is quoted comes from strangers (replies, certificates, DNS names); it is
 * made printable and cut short here, in the one place all of it passes.
 */
import type { Finding, Severity } from "../base/verdict.ts";
import type { Shortfall } from "../tls-profile/evaluate.ts";
import type { TlsRule } from "../tls-profile/tls-profile.ts";

/** Codes of the probe itself and the facts that their sentences name, in order. */
interface Facts {
  "mx-lookup-failed": [domain: string, reason: string];
  "no-such-domain": [domain: string];
  "null-mx": [domain: string];
  "null-mx-with-others": [domain: string];
  "no-mail-host": [domain: string];
  "mx-name-invalid": [name: string];
  "mx-host-alias": [host: string, target: string];
  "host-without-address": [host: string];
  "host-lookup-failed": [host: string, type: string, reason: string];
  "too-many-hosts": [count: string, limit: string];
  "too-many-addresses": [count: string, limit: string];
  "no-ipv6-route": [];
  "connection-failed": [reason: string];
  "connection-lost": [stage: string];
  "no-answer-in-time": [stage: string, seconds: string];
  "try-again-later": [stage: string, reply: string];
  "greeting-refused": [reply: string];
  "not-smtp": [stage: string, fault: string];
  "probe-timeout": [];
  "starttls-not-offered": [];
  "starttls-refused": [stage: string, reply: string];
  "starttls-injection": [];
  "tls-handshake-failed": [reason: string];
  "tls-interrupted": [];
  "certificate-missing": [];
  "certificate-expired": [label: string, since: string];
  "certificate-not-yet-valid": [label: string, from: string];
  "certificate-self-signed": [label: string];
  "certificate-chain-incomplete": [label: string, issuer: string];
  "certificate-untrusted": [issuer: string, reason: string];
  "certificate-name-mismatch": [names: string, expected: string];
  "certificate-common-name-only": [commonName: string];
  "assurance-too-weak": [found: string, least: string];
  "weak-server-not-excludable": [name: string, where: string];
  "name-not-expressible": [name: string];
  "host-resting": [reason: string, until: string];
  "connection-queue-full": [];
  "tlsa-lookup-failed": [name: string, reason: string];
  "tlsa-insecure": [name: string];
  "tlsa-unusable": [name: string];
  "tlsa-record-unusable": [record: string, why: string];
  "dane-mx-insecure": [domain: string];
  "dane-not-enforceable": [];
  "dane-matched": [record: string];
  "dane-mismatch": [name: string, wouldMatch: string];
  "dane-ta-untrusted": [record: string, reason: string];
  "dane-name-mismatch": [names: string, expected: string];
  "passed-over-under-dane": [];
  "sts-lookup-failed": [name: string, reason: string];
  "sts-record-invalid": [name: string, fault: string];
  "sts-fetch-failed": [url: string, reason: string];
  "sts-policy-invalid": [url: string, fault: string];
  "sts-policy-kept": [id: string, until: string];
  "sts-testing": [];
  "sts-none": [];
  "sts-mx-not-listed": [host: string, patterns: string];
}

export type FindingCode = keyof Facts | TlsRule;

interface Entry<F extends readonly string[]> {
  readonly severity: Severity;
  readonly say: (...facts: F) => string;
}

const table: { readonly [C in keyof Facts]: Entry<Facts[C]> } = {
  "mx-lookup-failed": {
    severity: "unknown",
    say: (domain, reason) => `The mail servers of ${domain} could not be looked up: ${reason}.`,
  },
  "no-such-domain": { severity: "fail", say: (domain) => `The domain ${domain} does not exist.` },
  "null-mx": {
    severity: "fail",
    say: (domain) => `${domain} declares that it takes no mail (null MX, RFC 7505).`,
  },
  "null-mx-with-others": {
    severity: "warn",
    say: (domain) =>
      `${domain} publishes a null MX beside real mail servers; the null MX was ignored.`,
  },
  "no-mail-host": {
    severity: "fail",
    say: (domain) => `${domain} has neither mail servers (MX) nor an address of its own.`,
  },
  "mx-name-invalid": {
    severity: "fail",
    say: (name) => `The MX record names "${name}", which is not a host name.`,
  },
  "mx-host-alias": {
    severity: "warn",
    say: (host, target) => `${host} is an alias of ${target}; RFC 5321 wants a host's own name.`,
  },
  "host-without-address": {
    severity: "fail",
    say: (host) => `${host} has no address, so no mail can be delivered to it.`,
  },
  "host-lookup-failed": {
    severity: "unknown",
    say: (host, type, reason) => `The ${type} records of ${host} could not be read: ${reason}.`,
  },
  "too-many-hosts": {
    severity: "info",
    say: (count, limit) => `Of ${count} mail servers the ${limit} most preferred were probed.`,
  },
  "too-many-addresses": {
    severity: "info",
    say: (count, limit) => `Of ${count} addresses ${limit} were probed.`,
  },
  "no-ipv6-route": {
    severity: "info",
    say: () => "This machine has no IPv6 route to it, so mail cannot take this way either.",
  },
  "connection-failed": {
    severity: "unknown",
    say: (reason) => `No connection to port 25: ${reason}.`,
  },
  "connection-lost": {
    severity: "unknown",
    say: (stage) => `The server closed the connection while we waited for ${stage}.`,
  },
  "no-answer-in-time": {
    severity: "unknown",
    say: (stage, seconds) => `No answer within ${seconds} s: we waited for ${stage}.`,
  },
  "try-again-later": {
    severity: "unknown",
    say: (stage, reply) => `Instead of ${stage} the server asked to come back later: ${reply}`,
  },
  "greeting-refused": {
    severity: "unknown",
    say: (reply) => `The server does not talk to this machine: ${reply}`,
  },
  "not-smtp": {
    severity: "unknown",
    say: (stage, fault) => `Instead of ${stage} came something that is not SMTP (${fault}).`,
  },
  "probe-timeout": {
    severity: "unknown",
    say: () => "The time for the whole probe was over before this server was done.",
  },
  "starttls-not-offered": {
    severity: "fail",
    say: () => "The server does not offer STARTTLS: mail to it would travel unencrypted.",
  },
  "starttls-refused": {
    severity: "fail",
    say: (stage, reply) => `Instead of ${stage} the server refused: ${reply}`,
  },
  "starttls-injection": {
    severity: "fail",
    say: () =>
      "Unencrypted bytes followed the reply to STARTTLS, as in an injection attack (RFC 3207).",
  },
  "tls-handshake-failed": {
    severity: "fail",
    say: (reason) => `The TLS handshake failed: ${reason}.`,
  },
  "tls-interrupted": {
    severity: "unknown",
    say: () => "The connection broke during the TLS handshake.",
  },
  "certificate-missing": { severity: "fail", say: () => "The server presented no certificate." },
  "certificate-expired": {
    severity: "fail",
    say: (label, since) => `The certificate of "${label}" expired on ${since}.`,
  },
  "certificate-not-yet-valid": {
    severity: "fail",
    say: (label, from) => `The certificate of "${label}" is valid only from ${from}.`,
  },
  "certificate-self-signed": {
    severity: "fail",
    say: (label) =>
      `The certificate of "${label}" is self-signed: nobody whom we trust vouches for it.`,
  },
  "certificate-chain-incomplete": {
    severity: "fail",
    say: (label, issuer) =>
      `"${label}" was issued by "${issuer}", which is not trusted and not sent by the server.`,
  },
  "certificate-untrusted": {
    severity: "fail",
    say: (issuer, reason) =>
      `The certificate chain ends at "${issuer}" and is not trusted (${reason}).`,
  },
  "certificate-name-mismatch": {
    severity: "fail",
    say: (names, expected) => `The certificate names ${names}; expected was ${expected}.`,
  },
  "certificate-common-name-only": {
    severity: "fail",
    say: (name) =>
      `The certificate carries "${name}" only as common name, which no longer counts (RFC 9525).`,
  },
  "assurance-too-weak": {
    severity: "fail",
    say: (found, least) => `Its assurance is ${found}; the configuration asks for ${least}.`,
  },
  "weak-server-not-excludable": {
    severity: "fail",
    say: (name, where) =>
      `Postfix would also accept ${where} by the name ${name}, and that server is too weak.`,
  },
  "name-not-expressible": {
    severity: "fail",
    say: (name) => `Postfix has another meaning for the name "${name}" in its TLS policy.`,
  },
  "host-resting": {
    severity: "unknown",
    say: (reason, until) =>
      `The server gave trouble a moment ago (${reason}) and is left in peace until ${until}.`,
  },
  "connection-queue-full": {
    severity: "unknown",
    say: () => "Too many other checks waited for this server or its network.",
  },
  "tlsa-lookup-failed": {
    severity: "unknown",
    say: (name, reason) =>
      `The TLSA records ${name} could not be read: ${reason}. DANE forbids the server until then.`,
  },
  "tlsa-insecure": {
    severity: "info",
    say: (name) => `The TLSA records ${name} are not signed by DNSSEC and do not count.`,
  },
  "tlsa-unusable": {
    severity: "warn",
    say: (name) => `None of the TLSA records ${name} can be used for mail (RFC 7672).`,
  },
  "tlsa-record-unusable": {
    severity: "warn",
    say: (record, why) => `The TLSA record ${record} cannot be used: ${why}.`,
  },
  "dane-mx-insecure": {
    severity: "info",
    say: (domain) =>
      `The server has signed TLSA records, but the MX records of ${domain} are not signed.`,
  },
  "dane-not-enforceable": {
    severity: "info",
    say: () => "The server has TLSA records, but `tls.dane` is off, so they were not used.",
  },
  "dane-matched": {
    severity: "info",
    say: (record) => `The certificate matches the TLSA record ${record}.`,
  },
  "dane-mismatch": {
    severity: "fail",
    say: (name, wouldMatch) =>
      `The certificate matches none of the TLSA records ${name}; this one would: ${wouldMatch}.`,
  },
  "dane-ta-untrusted": {
    severity: "fail",
    say: (record, reason) =>
      `No valid path leads to the authority of the TLSA record ${record} (${reason}).`,
  },
  "dane-name-mismatch": {
    severity: "fail",
    say: (names, expected) =>
      `The TLSA record names an authority, and the certificate names ${names} instead of ${expected}.`,
  },
  "passed-over-under-dane": {
    severity: "info",
    say: () => "Passed over: mail to this domain goes only to servers that DANE vouches for.",
  },
  "sts-lookup-failed": {
    severity: "warn",
    say: (name, reason) => `The MTA-STS record ${name} could not be read: ${reason}.`,
  },
  "sts-record-invalid": {
    severity: "warn",
    say: (name, fault) => `The MTA-STS record ${name} is not valid: ${fault}.`,
  },
  "sts-fetch-failed": {
    severity: "warn",
    say: (url, reason) => `The MTA-STS policy ${url} could not be fetched: ${reason}.`,
  },
  "sts-policy-invalid": {
    severity: "warn",
    say: (url, fault) => `The MTA-STS policy ${url} is not valid: ${fault}.`,
  },
  "sts-policy-kept": {
    severity: "info",
    say: (id, until) => `The known MTA-STS policy ${id} stays in force until ${until}.`,
  },
  "sts-testing": {
    severity: "info",
    say: () => "The domain's MTA-STS policy is in testing mode and forbids nothing yet.",
  },
  "sts-none": {
    severity: "info",
    say: () => "The domain's MTA-STS policy says that it has none.",
  },
  "sts-mx-not-listed": {
    severity: "fail",
    say: (host, patterns) => `The MTA-STS policy does not list ${host}; it lists ${patterns}.`,
  },
};

const shortfallTexts: Readonly<Record<TlsRule, (found: string, expected: string) => string>> = {
  "protocol-too-old": (found, expected) => `The server speaks ${found}; needed is ${expected}.`,
  "cipher-weak": (found, expected) => `The cipher ${found} is broken; needed is ${expected}.`,
  "cipher-not-recommended": (found, expected) =>
    `The cipher ${found} is not among the recommended; better is ${expected}.`,
  "cipher-cbc": (found, expected) => `The cipher ${found} uses CBC; better is ${expected}.`,
  "no-forward-secrecy": (found, expected) =>
    `The cipher ${found} has no forward secrecy; better is ${expected}.`,
  "finite-field-exchange": (found, expected) =>
    `The cipher ${found} uses finite-field Diffie-Hellman; better is ${expected}.`,
  "tls13-missing": (found, expected) => `The server speaks ${found}; better is ${expected}.`,
  "cipher-not-listed": (found, expected) =>
    `The cipher ${found} is not in the list of the recommendation; needed is ${expected}.`,
  "group-not-listed": (found, expected) =>
    `The key exchange ${found} is not in the list of the recommendation; listed is ${expected}.`,
  "handshake-signature-weak": (found, expected) =>
    `The server signs the handshake with ${found}; needed is ${expected}.`,
  "handshake-signature-not-listed": (found, expected) =>
    `The server signs the handshake with ${found}, which is not (or no more) listed; listed is ${expected}.`,
  "key-type-not-listed": (found, expected) => `Not listed: ${found}; listed is ${expected}.`,
  "key-below-recommendation": (found, expected) =>
    `Below the recommendation: ${found}; recommended are ${expected}.`,
  "signature-not-listed": (found, expected) =>
    `Not (or no more) listed: ${found}; listed is ${expected}.`,
  "no-extended-master-secret": (found, expected) => `Missing: ${found}; better is ${expected}.`,
  "no-secure-renegotiation": (found, expected) => `Missing: ${found}; needed is ${expected}.`,
  "tls-compression": (found, expected) => `The server uses ${found}; needed is ${expected}.`,
  "group-too-small": (found, expected) =>
    `The key exchange ${found} is too weak; needed are ${expected}.`,
  "key-type-unsuitable": (found, expected) => `Unsuitable: ${found}; needed is ${expected}.`,
  "key-too-small": (found, expected) => `Too weak: ${found}; needed are ${expected}.`,
  "signature-weak": (found, expected) => `Too weak: ${found}; needed is ${expected}.`,
};

export interface Where {
  readonly host?: string;
  readonly address?: string;
}

export function finding<C extends keyof Facts>(
  code: C,
  facts: Facts[C],
  where: Where = {},
): Finding {
  const entry: Entry<Facts[C]> = table[code];
  const shown = facts.map((fact) => printable(fact)) as Facts[C];
  return {
    code,
    severity: entry.severity,
    ...placeOf(where),
    detail: entry.say(...shown),
    facts: shown,
  };
}

/** Two shortfalls of one rule are two findings: a chain may have several weak certificates. */
export function shortfallFinding(shortfall: Shortfall, where: Where): Finding {
  const { rule, severity } = shortfall;
  const say = shortfallTexts[rule];
  const facts = [printable(shortfall.found), printable(shortfall.expected)] as const;
  return { code: rule, severity, ...placeOf(where), detail: say(...facts), facts };
}

/** Whoever passes more than a place, a probe's target for example, leaves the rest behind. */
function placeOf({ host, address }: Where): Where {
  return { ...(host === undefined ? {} : { host }), ...(address === undefined ? {} : { address }) };
}

export const findingCodes: readonly FindingCode[] = [
  ...(Object.keys(table) as (keyof Facts)[]),
  ...(Object.keys(shortfallTexts) as TlsRule[]),
];

const maxQuoted = 200;

/** One line, no control, format or direction characters, at most 200 characters. */
export function printable(text: string): string {
  const clean = text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, "\u{FFFD}").trim();
  return clean.length <= maxQuoted ? clean : `${clean.slice(0, maxQuoted - 1)}…`;
}
