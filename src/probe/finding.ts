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
  return { code, severity: entry.severity, ...where, detail: entry.say(...shown) };
}

/** Two shortfalls of one rule are two findings: a chain may have several weak certificates. */
export function shortfallFinding(shortfall: Shortfall, where: Where): Finding {
  const { rule, severity } = shortfall;
  const say = shortfallTexts[rule];
  const detail = say(printable(shortfall.found), printable(shortfall.expected));
  return { code: rule, severity, ...where, detail };
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
