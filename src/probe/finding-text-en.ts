/** What each finding says, in plain English; the facts come as `finding-code.ts` names them. */
import type { FindingTexts } from "./finding-code.ts";

export const textsEnglish: FindingTexts = {
  "mx-lookup-failed": (domain, reason) =>
    `The mail servers of ${domain} could not be looked up: ${reason}.`,
  "no-such-domain": (domain) => `The domain ${domain} does not exist.`,
  "null-mx": (domain) => `${domain} declares that it takes no mail (null MX, RFC 7505).`,
  "null-mx-with-others": (domain) =>
    `${domain} declares that it takes no mail (null MX, RFC 7505), and names mail servers beside it.`,
  "no-mail-host": (domain) => `${domain} has neither mail servers (MX) nor an address of its own.`,
  "mx-name-invalid": (name) => `The MX record names "${name}", which is not a host name.`,
  "mx-host-alias": (host, target) =>
    `${host} is an alias of ${target}; RFC 5321 wants a host's own name.`,
  "host-without-address": (host) => `${host} has no address, so no mail can be delivered to it.`,
  "host-lookup-failed": (host, type, reason) =>
    `The ${type} records of ${host} could not be read: ${reason}.`,
  "too-many-hosts": (count, limit) =>
    `Of ${count} mail servers the ${limit} most preferred were probed.`,
  "too-many-addresses": (count, limit) => `Of ${count} addresses ${limit} were probed.`,
  "no-ipv6-route": () =>
    "This machine has no IPv6 route to it, so mail cannot take this way either.",
  "connection-failed": (reason) => `No connection to port 25: ${reason}.`,
  "connection-lost": (stage) => `The server closed the connection while we waited for ${stage}.`,
  "no-answer-in-time": (stage, seconds) => `No answer within ${seconds} s: we waited for ${stage}.`,
  "try-again-later": (stage, reply) =>
    `Instead of ${stage} the server asked to come back later: ${reply}`,
  "greeting-refused": (reply) => `The server does not talk to this machine: ${reply}`,
  "not-smtp": (stage, fault) => `Instead of ${stage} came something that is not SMTP (${fault}).`,
  "probe-timeout": () => "The time for the whole probe was over before this server was done.",
  "starttls-not-offered": () =>
    "The server does not offer STARTTLS: mail to it would travel unencrypted.",
  "starttls-refused": (stage, reply) => `Instead of ${stage} the server refused: ${reply}`,
  "starttls-injection": () =>
    "Unencrypted bytes followed the reply to STARTTLS, as in an injection attack (RFC 3207).",
  "tls-handshake-failed": (reason) => `The TLS handshake failed: ${reason}.`,
  "cipher-not-enforceable": (cipher) =>
    `The server takes only ${cipher}, which is good under conditions that Postfix cannot insist on.`,
  "tls-interrupted": () => "The connection broke during the TLS handshake.",
  "certificate-missing": () => "The server presented no certificate.",
  "certificate-expired": (label, since) => `The certificate of "${label}" expired on ${since}.`,
  "certificate-not-yet-valid": (label, from) =>
    `The certificate of "${label}" is valid only from ${from}.`,
  "certificate-self-signed": (label) =>
    `The certificate of "${label}" is self-signed: nobody whom we trust vouches for it.`,
  "certificate-chain-incomplete": (label, issuer) =>
    `"${label}" was issued by "${issuer}", which is not trusted and not sent by the server.`,
  "certificate-untrusted": (issuer, reason) =>
    `The certificate chain ends at "${issuer}" and is not trusted (${reason}).`,
  "certificate-name-mismatch": (names, expected) =>
    `The certificate names ${names}; expected was ${oneOf(expected)}.`,
  "certificate-common-name-only": (name) =>
    `The certificate carries "${name}" only as common name, which no longer counts (RFC 9525).`,
  "assurance-too-weak": (found, least) =>
    `Its assurance is ${found}; the configuration asks for ${least}.`,
  "assurance-not-known": (found) =>
    `Its assurance is ${found}, and whether MTA-STS gives more could not be found out now.`,
  "rival-not-seen": (where) =>
    `${where} has TLSA records and could not be seen; it may bear the same name, which Postfix would accept without comparing them.`,
  "weak-server-not-excludable": (name, where) =>
    `Postfix would also accept ${where} by ${name === "DANE" ? name : `the name ${name}`}, and that server must not be used.`,
  "name-not-expressible": (name) =>
    `Postfix has another meaning for the name "${name}" in its TLS policy.`,
  "host-resting": (reason, until) =>
    `The server gave trouble a moment ago (${reason}) and is left in peace until ${until}.`,
  "connection-queue-full": () => "Too many other checks waited for this server or its network.",
  "tlsa-lookup-failed": (name, reason) =>
    `The TLSA records ${name} could not be read: ${reason}. DANE forbids the server until then.`,
  "tlsa-insecure": (name) => `The TLSA records ${name} are not signed by DNSSEC and do not count.`,
  "tlsa-unusable": (name) => `None of the TLSA records ${name} can be used for mail (RFC 7672).`,
  "tlsa-record-unusable": (record, why) => `The TLSA record ${record} cannot be used: ${why}.`,
  "dane-mx-insecure": (domain) =>
    `The server has signed TLSA records, but the MX records of ${domain} are not signed.`,
  "dane-not-enforceable": () =>
    "The server has TLSA records and they were compared, but `tls.dane` is off, so Postfix will not.",
  "dane-matched": (record) => `The certificate matches the TLSA record ${record}.`,
  "dane-mismatch": (name, wouldMatch) =>
    `None of the TLSA records ${name} matches the certificate; the record ${wouldMatch} would.`,
  "dane-ta-untrusted": (record, reason) =>
    `No valid path leads to the authority of the TLSA record ${record} (${reason}).`,
  "dane-name-mismatch": (names, expected) =>
    `The TLSA record names an authority, and the certificate names ${names} instead of ${oneOf(expected)}.`,
  "passed-over-under-dane": () =>
    "Passed over: mail to this domain goes only to servers that DANE vouches for.",
  "passed-over-by-preference": () =>
    "Passed over: a preferred server is proven by its name, and Postfix takes one way per domain.",
  "sts-lookup-failed": (name, reason) => `The MTA-STS record ${name} could not be read: ${reason}.`,
  "sts-record-invalid": (name, fault) => `The MTA-STS record ${name} is not valid: ${fault}.`,
  "sts-fetch-failed": (url, reason) => `The MTA-STS policy ${url} could not be fetched: ${reason}.`,
  "sts-policy-invalid": (url, fault) => `The MTA-STS policy ${url} is not valid: ${fault}.`,
  "sts-policy-kept": (id, until) => `The known MTA-STS policy ${id} stays in force until ${until}.`,
  "sts-testing": () => "The domain's MTA-STS policy is in testing mode and forbids nothing yet.",
  "sts-none": () => "The domain has switched MTA-STS off (mode none).",
  "sts-mx-not-listed": (host, patterns) =>
    `The MTA-STS policy does not list ${host}; it lists ${patterns}.`,
  "recheck-inconclusive": (at, cause) => `The check of ${at} could not tell. ${cause}`,
  "protocol-too-old": (found, expected) => `The server speaks ${found}; needed is ${expected}.`,
  "cipher-weak": (found, expected) => `The cipher ${found} is broken; needed is ${expected}.`,
  "cipher-not-recommended": (found, expected) =>
    `The cipher ${found} is not among the recommended; better is ${expected}.`,
  "cipher-cbc": (found, expected) =>
    `The cipher ${found} uses CBC without encrypt-then-MAC; needed is ${expected}.`,
  "no-forward-secrecy": (found, expected) =>
    `The cipher ${found} has no forward secrecy; called for is ${expected}.`,
  "finite-field-exchange": (found, expected) =>
    `The cipher ${found} uses finite-field Diffie-Hellman; called for is ${expected}.`,
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

/** Several names are alternatives. */
function oneOf(names: string): string {
  return names.includes(", ") ? `one of ${names}` : names;
}
