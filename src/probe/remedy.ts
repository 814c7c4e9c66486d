/**
 * What the postmaster of the other side should mend, by finding code. Codes that nobody there can
 * mend (our route, our patience, our rules) have no entry.
 */
const table: Readonly<Record<string, string>> = {
  "mx-lookup-failed": "Let the domain's DNS servers and, if it is signed, its DNSSEC be checked.",
  "host-lookup-failed": "Let the DNS of the mail server's name be checked.",
  "null-mx-with-others": "Publish either the null MX or the real mail servers, not both.",
  "mx-name-invalid": "Name a host in the MX record, not an address or anything else.",
  "mx-host-alias": "Name the host itself in the MX record, not an alias.",
  "host-without-address": "Give the mail server an address (A or AAAA) or remove its MX record.",
  "connection-failed": "Let the mail server accept connections on port 25.",
  "greeting-refused": "Ask why the server refuses mail from this machine.",
  "not-smtp": "Let port 25 be answered by a mail server.",
  "starttls-not-offered": "Switch on STARTTLS on the mail server.",
  "starttls-refused": "Repair STARTTLS on the mail server; it announces what it then refuses.",
  "starttls-injection": "Look for a device on the way that tampers with SMTP.",
  "tls-handshake-failed": "Let the server offer TLS 1.2 or 1.3 with ECDHE and AES-GCM.",
  "protocol-too-old": "Update the mail server so that it offers TLS 1.2 or, better, TLS 1.3.",
  "cipher-weak": "Let the server offer ECDHE with AES-GCM.",
  "cipher-cbc": "Let the server prefer AES-GCM.",
  "no-forward-secrecy": "Let the server prefer ECDHE.",
  "finite-field-exchange": "Let the server prefer ECDHE.",
  "group-too-small": "Use a Diffie-Hellman group of at least 2048 bits, or better X25519 or P-256.",
  "key-type-unsuitable": "Install a certificate with an RSA or elliptic curve key.",
  "key-too-small": "Install a certificate with an RSA key of 3072 bits or a P-256 key.",
  "signature-weak": "Install a certificate that is signed with SHA-256 or better.",
  "certificate-missing": "Install a certificate on the mail server.",
  "certificate-expired": "Renew the certificate, and let that happen automatically.",
  "certificate-not-yet-valid": "Check the server's certificate; its validity has not begun.",
  "certificate-self-signed": "Install a certificate of a public certification authority.",
  "certificate-chain-incomplete": "Let the server send the intermediate certificate as well.",
  "certificate-untrusted": "Install a certificate of a public certification authority.",
  "certificate-name-mismatch": "Install a certificate that carries the mail server's name.",
  "certificate-common-name-only":
    "Install a certificate that carries the name as subject alternative name.",
};

export function findRemedy(code: string): string | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}
