/** What to mend, in plain German; the facts come as `finding-code.ts` names them. */
import { germanPhrase as say } from "./phrase-de.ts";
import type { RemedyTexts } from "./remedy.ts";

export const remediesGerman: RemedyTexts = {
  "mx-lookup-failed": (domain, reason) =>
    `Prüfen Sie die DNS-Server von ${domain} und, falls die Domain signiert ist, ihr DNSSEC: ${say(reason)}.`,
  "host-lookup-failed": (host, type, reason) =>
    `Prüfen Sie das DNS von ${host}, ${type}-Einträge: ${say(reason)}.`,
  "null-mx-with-others": (domain) =>
    `Veröffentlichen Sie für ${domain} entweder den Null-MX oder die echten Mailserver, nicht beides.`,
  "mx-name-invalid": (name) =>
    `Tragen Sie im MX-Eintrag statt „${name}“ den Namen eines Servers ein: keine Adresse, keine Leerzeichen.`,
  "mx-host-alias": (host, target) => `Nennen Sie im MX-Eintrag ${target} statt des Alias ${host}.`,
  "host-without-address": (host) =>
    `Geben Sie ${host} eine Adresse (A oder AAAA), oder entfernen Sie ihn aus den MX-Einträgen.`,
  "connection-failed": () => "Lassen Sie den Mailserver Verbindungen auf Port 25 annehmen.",
  "greeting-refused": () =>
    "Lassen Sie den Server mit Absendern sprechen; seine Antwort sagt, warum er es nicht tut.",
  "not-smtp": () => "Lassen Sie auf Port 25 einen Mailserver antworten.",
  "starttls-not-offered": () =>
    "Schalten Sie STARTTLS ein und richten Sie ein Zertifikat ein (Postfix: smtpd_tls_security_level = may).",
  "starttls-refused": (stage) =>
    stage === "the reply to STARTTLS"
      ? "Reparieren Sie STARTTLS: Der Server kündigt es an und lehnt es dann ab; sein Log sagt, warum."
      : "Lassen Sie den Server EHLO verstehen: Ohne EHLO gibt es kein STARTTLS.",
  "starttls-injection": () =>
    "Suchen Sie nach einem Gerät oder Filter auf dem Weg, das SMTP verändert, und aktualisieren Sie den Mailserver.",
  "cipher-not-enforceable": () =>
    "Lassen Sie den Server auch TLS 1.3 oder ECDHE mit AES-GCM anbieten.",
  "tls-handshake-failed": () =>
    "Lassen Sie den Server TLS 1.3 anbieten, oder TLS 1.2 mit ECDHE und AES-GCM (P-256).",
  "certificate-missing": () => "Richten Sie auf dem Mailserver ein Zertifikat ein.",
  "certificate-expired": (label, since) =>
    `Erneuern Sie das Zertifikat von „${label}“ (abgelaufen seit ${say(since)}), am besten künftig automatisch.`,
  "certificate-not-yet-valid": (label, from) =>
    `Richten Sie für „${label}“ ein Zertifikat ein, das heute gilt; das jetzige beginnt am ${say(from)}.`,
  "certificate-self-signed": (label) =>
    `Ersetzen Sie das selbst ausgestellte Zertifikat von „${label}“ durch eines einer öffentlichen Zertifizierungsstelle.`,
  "certificate-chain-incomplete": (label, issuer) =>
    `Lassen Sie den Server hinter dem Zertifikat von „${label}“ auch das Zwischenzertifikat „${issuer}“ senden.`,
  "certificate-untrusted": (issuer) =>
    `Richten Sie statt eines Zertifikats von „${issuer}“ eines einer öffentlichen Zertifizierungsstelle ein.`,
  "certificate-name-mismatch": (names, expected) =>
    `Richten Sie ein Zertifikat ein, das ${oneOf(expected)} nennt; das jetzige nennt ${say(names)}.`,
  "certificate-common-name-only": (name) =>
    `Richten Sie ein Zertifikat ein, das ${name} als Subject Alternative Name (DNS) nennt.`,
  "assurance-too-weak": () =>
    "Veröffentlichen Sie für die Mailserver signierte TLSA-Einträge (DANE) oder eine MTA-STS-Richtlinie.",
  "weak-server-not-excludable": (_name, where) =>
    `Beheben Sie, was zu ${say(where)} gesagt ist, oder geben Sie jedem Server ein Zertifikat nur mit seinem eigenen Namen.`,
  "tlsa-lookup-failed": (name, reason) =>
    `Lassen Sie die DNS-Server Fragen nach ${name} (TLSA) beantworten: ${say(reason)}.`,
  "tlsa-insecure": (name) =>
    `Signieren Sie die Zone von ${name} mit DNSSEC, oder entfernen Sie die TLSA-Einträge.`,
  "tlsa-unusable": (name) =>
    `Veröffentlichen Sie unter ${name} einen TLSA-Eintrag, der für E-Mail taugt, etwa 3 1 1 mit dem SHA-256 des Schlüssels.`,
  "tlsa-record-unusable": (record) => `Berichtigen oder entfernen Sie den TLSA-Eintrag ${record}.`,
  "dane-mx-insecure": (domain) =>
    `Signieren Sie ${domain} mit DNSSEC, damit DANE die E-Mail dorthin schützt.`,
  "dane-mismatch": (name, wouldMatch) =>
    `Veröffentlichen Sie den TLSA-Eintrag des benutzten Zertifikats (${owner(name)} IN TLSA ${wouldMatch}), oder richten Sie das Zertifikat wieder ein, das die veröffentlichten Einträge beschreiben.`,
  "dane-ta-untrusted": (record) =>
    `Lassen Sie den Server die ganze Kette bis zu der Zertifizierungsstelle im TLSA-Eintrag ${record} senden, oder berichtigen Sie den Eintrag.`,
  "dane-name-mismatch": (names, expected) =>
    `Richten Sie ein Zertifikat ein, das ${oneOf(expected)} nennt (jetzt: ${say(names)}), oder veröffentlichen Sie einen TLSA-Eintrag 3 1 1, der keinen Namen braucht.`,
  "sts-lookup-failed": (name, reason) =>
    `Lassen Sie die DNS-Server Fragen nach ${name} (TXT) beantworten: ${say(reason)}.`,
  "sts-record-invalid": (name, fault) =>
    `Berichtigen Sie den TXT-Eintrag ${name} (${say(fault)}); er lautet etwa „v=STSv1; id=20260101T000000;“.`,
  "sts-fetch-failed": (url) =>
    `Stellen Sie ${url} über HTTPS bereit: mit gültigem Zertifikat, als text/plain, ohne Weiterleitung.`,
  "sts-policy-invalid": (url, fault) =>
    `Berichtigen Sie die Richtlinie unter ${url}: ${say(fault)}.`,
  "sts-testing": () =>
    "Wenn kein Bericht mehr klagt, schreiben Sie `mode: enforce` in die Richtlinie.",
  "sts-mx-not-listed": (host, patterns) =>
    `Ergänzen Sie in der MTA-STS-Richtlinie die Zeile \`mx: ${host}\` (jetzt: ${say(patterns)}), und ändern Sie die id im TXT-Eintrag; oder entfernen Sie den Server aus den MX-Einträgen.`,
  "protocol-too-old": (found, expected) =>
    `Aktualisieren Sie den Mailserver, und schalten Sie ${say(expected)} ein; ${say(found)} ist veraltet.`,
  "cipher-weak": (found, expected) =>
    `Schalten Sie das Verschlüsselungsverfahren ${say(found)} ab und ${say(expected)} ein.`,
  "cipher-not-recommended": (found, expected) =>
    `Bevorzugen Sie ${say(expected)} vor ${say(found)}.`,
  "cipher-not-listed": (found, expected) => preferred(found, expected),
  "cipher-cbc": (found, expected) => preferred(found, expected),
  "no-forward-secrecy": (found, expected) => preferred(found, expected),
  "finite-field-exchange": (found, expected) => preferred(found, expected),
  "tls13-missing": (_found, expected) => `Schalten Sie ${say(expected)} ein.`,
  "group-too-small": (found, expected) =>
    `Ersetzen Sie den Schlüsselaustausch ${say(found)}: nötig sind ${say(expected)}; gut ist P-256.`,
  "group-not-listed": (found, expected) =>
    `Schalten Sie den Schlüsselaustausch ${say(expected)} ein, mit Vorrang vor ${say(found)}.`,
  "handshake-signature-weak": (found, expected) => signedWith(found, expected),
  "handshake-signature-not-listed": (found, expected) => signedWith(found, expected),
  "key-type-unsuitable": (_found, expected) =>
    `Richten Sie ein Zertifikat mit einem solchen Schlüssel ein: ${say(expected)}.`,
  "key-type-not-listed": (_found, expected) =>
    `Richten Sie ein Zertifikat mit einem solchen Schlüssel ein: ${say(expected)}.`,
  "key-too-small": (found, expected) =>
    `Richten Sie ein Zertifikat mit längerem Schlüssel ein (${say(found)}; nötig sind ${say(expected)}), oder mit P-256.`,
  "key-below-recommendation": (found, expected) =>
    `Nehmen Sie bei der nächsten Erneuerung einen längeren Schlüssel (${say(found)}; empfohlen sind ${say(expected)}).`,
  "signature-weak": (found, expected) =>
    `Ersetzen Sie das Zertifikat (${say(found)}); nötig ist eine Signatur mit ${say(expected)}.`,
  "signature-not-listed": (found, expected) =>
    `Nehmen Sie bei der nächsten Erneuerung ein Zertifikat, das so signiert ist: ${say(expected)} (${say(found)}).`,
  "no-extended-master-secret": () =>
    "Aktualisieren Sie die TLS-Bibliothek (Extended Master Secret, RFC 7627), oder schalten Sie TLS 1.3 ein.",
  "no-secure-renegotiation": () =>
    "Aktualisieren Sie die TLS-Bibliothek (sichere Neuaushandlung, RFC 5746), oder schalten Sie TLS 1.3 ein.",
  "tls-compression": () => "Schalten Sie die TLS-Komprimierung ab.",
};

function preferred(found: string, expected: string): string {
  return `Schalten Sie ${say(expected)} ein, mit Vorrang vor ${say(found)}.`;
}

function signedWith(found: string, expected: string): string {
  return `Lassen Sie den Server die Aushandlung mit ${say(expected)} statt mit ${say(found)} signieren.`;
}

/** Several names are alternatives. */
function oneOf(names: string): string {
  return names.includes(", ") ? `einen der Namen ${names}` : say(names);
}

/** The owner name as a zone file has it. */
function owner(name: string): string {
  return name.endsWith(".") ? name : `${name}.`;
}
