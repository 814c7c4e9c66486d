/** What to mend, in plain English; the facts come as `finding-code.ts` names them. */
import type { RemedyTexts } from "./remedy.ts";

export const remediesEnglish: RemedyTexts = {
  "mx-lookup-failed": (domain, reason) =>
    `Check the DNS servers of ${domain} and, if it is signed, its DNSSEC: ${reason}.`,
  "host-lookup-failed": (host, type, reason) =>
    `Check the DNS of ${host}, ${type} records: ${reason}.`,
  "null-mx-with-others": (domain) =>
    `Publish either the null MX or the real mail servers of ${domain}, not both.`,
  "mx-name-invalid": (name) =>
    `Put the name of a host in the MX record instead of "${name}": no address, no blanks.`,
  "mx-host-alias": (host, target) => `Name ${target} in the MX record instead of ${host}.`,
  "host-without-address": (host) =>
    `Give ${host} an address (A or AAAA), or remove it from the MX records.`,
  "connection-failed": () => "Let the mail server accept connections on port 25.",
  "greeting-refused": () => "Let the server talk to senders; its answer says why it does not.",
  "not-smtp": () => "Let a mail server answer on port 25.",
  "starttls-not-offered": () =>
    "Switch on STARTTLS and install a certificate (Postfix: smtpd_tls_security_level = may).",
  "starttls-refused": (stage) =>
    stage === "the reply to STARTTLS"
      ? "Repair STARTTLS: the server announces it and then refuses it; its log will say why."
      : "Let the server understand EHLO: without it there is no STARTTLS.",
  "starttls-injection": () =>
    "Look for a device or filter on the way that tampers with SMTP, and update the mail server.",
  "cipher-not-enforceable": () => "Let the server offer TLS 1.3, or ECDHE with AES-GCM as well.",
  "tls-handshake-failed": () =>
    "Let the server offer TLS 1.3, or TLS 1.2 with ECDHE and AES-GCM (P-256).",
  "certificate-missing": () => "Install a certificate on the mail server.",
  "certificate-expired": (label, since) =>
    `Renew the certificate of "${label}", expired since ${since}, and let that happen by itself.`,
  "certificate-not-yet-valid": (label, from) =>
    `Install a certificate of "${label}" that is valid today; this one begins on ${from}.`,
  "certificate-self-signed": (label) =>
    `Replace the self-signed certificate of "${label}" by one of a public certification authority.`,
  "certificate-chain-incomplete": (label, issuer) =>
    `Let the server send the intermediate certificate "${issuer}" behind that of "${label}".`,
  "certificate-untrusted": (issuer) =>
    `Install a certificate of a public certification authority instead of one by "${issuer}".`,
  "certificate-name-mismatch": (names, expected) =>
    `Install a certificate that carries ${oneOf(expected)}; the present one carries ${names}.`,
  "certificate-common-name-only": (name) =>
    `Install a certificate that carries ${name} as subject alternative name (DNS).`,
  "assurance-too-weak": () =>
    "Publish signed TLSA records (DANE) or an MTA-STS policy for the mail servers.",
  "weak-server-not-excludable": (_name, where) =>
    `Mend what is said of ${where}, or give the servers certificates of their own names.`,
  "tlsa-lookup-failed": (name, reason) =>
    `Let the DNS servers answer questions for ${name} (TLSA): ${reason}.`,
  "tlsa-insecure": (name) => `Sign the zone of ${name} with DNSSEC, or remove the TLSA records.`,
  "tlsa-unusable": (name) =>
    `Publish at ${name} a TLSA record that works for mail, such as 3 1 1 with the key's SHA-256.`,
  "tlsa-record-unusable": (record) => `Correct or remove the TLSA record ${record}.`,
  "dane-mx-insecure": (domain) => `Sign ${domain} with DNSSEC, so that DANE protects its mail.`,
  "dane-mismatch": (name, wouldMatch) =>
    `Publish the TLSA record of the certificate in use (${owner(name)} IN TLSA ${wouldMatch}), or install again the certificate that the published records describe.`,
  "dane-ta-untrusted": (record) =>
    `Let the server send the whole chain up to the authority of the TLSA record ${record}, or correct that record.`,
  "dane-name-mismatch": (names, expected) =>
    `Install a certificate that carries ${oneOf(expected)} (now: ${names}), or publish a TLSA record 3 1 1, which needs no name.`,
  "sts-lookup-failed": (name, reason) =>
    `Let the DNS servers answer questions for ${name} (TXT): ${reason}.`,
  "sts-record-invalid": (name, fault) =>
    `Correct the TXT record ${name} (${fault}); it reads like "v=STSv1; id=20260101T000000;".`,
  "sts-fetch-failed": (url) =>
    `Serve ${url} over HTTPS with a valid certificate, as text/plain, without a redirect.`,
  "sts-policy-invalid": (url, fault) => `Correct the policy at ${url}: ${fault}.`,
  "sts-testing": () => "When no report complains any more, write `mode: enforce` in the policy.",
  "sts-mx-not-listed": (host, patterns) =>
    `Add the line \`mx: ${host}\` to the MTA-STS policy (it lists ${patterns}) and change the id in the TXT record; or remove the server from the MX records.`,
  "protocol-too-old": (found, expected) =>
    `Update the mail server and switch on ${expected}; ${found} is out of date.`,
  "cipher-weak": (found, expected) => `Switch off the cipher ${found} and switch on ${expected}.`,
  "cipher-not-recommended": (found, expected) => `Prefer ${expected} to ${found}.`,
  "cipher-not-listed": (found, expected) => `Switch on ${expected} and prefer it to ${found}.`,
  "cipher-cbc": (found, expected) => `Switch on ${expected} and prefer it to ${found}.`,
  "no-forward-secrecy": (found, expected) => `Switch on ${expected} and prefer it to ${found}.`,
  "finite-field-exchange": (found, expected) => `Switch on ${expected} and prefer it to ${found}.`,
  "tls13-missing": (_found, expected) => `Switch on ${expected}.`,
  "group-too-small": (found, expected) =>
    `Replace the key exchange ${found}: needed are ${expected}; P-256 is good.`,
  "group-not-listed": (found, expected) =>
    `Switch on the key exchange ${expected} and prefer it to ${found}.`,
  "handshake-signature-weak": (found, expected) =>
    `Let the server sign the handshake with ${expected} instead of ${found}.`,
  "handshake-signature-not-listed": (found, expected) =>
    `Let the server sign the handshake with ${expected} instead of ${found}.`,
  "key-type-unsuitable": (_found, expected) => `Install a certificate with a key: ${expected}.`,
  "key-type-not-listed": (_found, expected) => `Install a certificate with a key: ${expected}.`,
  "key-too-small": (found, expected) =>
    `Install a certificate with a longer key (${found}; needed are ${expected}), or with P-256.`,
  "key-below-recommendation": (found, expected) =>
    `At the next renewal take a longer key (${found}; recommended are ${expected}).`,
  "signature-weak": (found, expected) =>
    `Replace the certificate (${found}) by one that is signed with ${expected}.`,
  "signature-not-listed": (found, expected) =>
    `At the next renewal take a certificate signed with ${expected} (${found}).`,
  "no-extended-master-secret": () =>
    "Update the TLS library (extended master secret, RFC 7627), or switch on TLS 1.3.",
  "no-secure-renegotiation": () =>
    "Update the TLS library (secure renegotiation, RFC 5746), or switch on TLS 1.3.",
  "tls-compression": () => "Switch off TLS compression.",
};

/** Several names are alternatives. */
function oneOf(names: string): string {
  return names.includes(", ") ? `one of ${names}` : names;
}

/** The owner name as a zone file has it. */
function owner(name: string): string {
  return name.endsWith(".") ? name : `${name}.`;
}
