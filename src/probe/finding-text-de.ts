/**
 * What each finding says, in plain German; the facts come as `finding-code.ts` names them. Words of
 * our own among them are said by `phrase-de.ts`; what strangers wrote stays as it is.
 */
import type { FindingTexts } from "./finding-code.ts";
import { germanPhrase as say } from "./phrase-de.ts";

export const textsGerman: FindingTexts = {
  "mx-lookup-failed": (domain, reason) =>
    `Die Mailserver von ${domain} ließen sich nicht ermitteln: ${say(reason)}.`,
  "no-such-domain": (domain) => `Die Domain ${domain} gibt es nicht.`,
  "null-mx": (domain) => `${domain} erklärt, keine E-Mail anzunehmen (Null-MX, RFC 7505).`,
  "null-mx-with-others": (domain) =>
    `${domain} erklärt, keine E-Mail anzunehmen (Null-MX, RFC 7505), und nennt daneben Mailserver.`,
  "no-mail-host": (domain) => `${domain} hat weder Mailserver (MX) noch eine eigene Adresse.`,
  "mx-name-invalid": (name) => `Der MX-Eintrag nennt „${name}“; das ist kein Hostname.`,
  "mx-host-alias": (host, target) =>
    `${host} ist nur ein Alias von ${target}; RFC 5321 verlangt den eigenen Namen des Servers.`,
  "host-without-address": (host) =>
    `${host} hat keine Adresse, also kann dort keine E-Mail zugestellt werden.`,
  "host-lookup-failed": (host, type, reason) =>
    `Die ${type}-Einträge von ${host} ließen sich nicht lesen: ${say(reason)}.`,
  "too-many-hosts": (count, limit) =>
    `Von ${count} Mailservern wurden die ${limit} bevorzugten geprüft.`,
  "too-many-addresses": (count, limit) => `Von ${count} Adressen wurden ${limit} geprüft.`,
  "no-ipv6-route": () =>
    "Dieser Rechner hat keinen IPv6-Weg dorthin; auch E-Mail kann diesen Weg nicht nehmen.",
  "connection-failed": (reason) => `Keine Verbindung zu Port 25: ${say(reason)}.`,
  "connection-lost": (stage) => `Der Server brach die Verbindung ab; erwartet wurde ${say(stage)}.`,
  "no-answer-in-time": (stage, seconds) =>
    `Keine Antwort binnen ${seconds} s; erwartet wurde ${say(stage)}.`,
  "try-again-later": (stage, reply) =>
    `Erwartet wurde ${say(stage)}; der Server bat, später wiederzukommen: ${reply}`,
  "greeting-refused": (reply) => `Der Server spricht nicht mit diesem Rechner: ${reply}`,
  "not-smtp": (stage, fault) =>
    `Erwartet wurde ${say(stage)}; es kam etwas, das kein SMTP ist (${say(fault)}).`,
  "probe-timeout": () =>
    "Die Zeit für die ganze Prüfung war um, bevor dieser Server fertig geprüft war.",
  "starttls-not-offered": () =>
    "Der Server bietet kein STARTTLS an: E-Mail an ihn ginge unverschlüsselt durchs Netz.",
  "starttls-refused": (stage, reply) =>
    `Erwartet wurde ${say(stage)}; der Server lehnte ab: ${reply}`,
  "starttls-injection": () =>
    "Auf die Antwort zu STARTTLS folgten unverschlüsselte Zeichen, wie bei einem Einschleusungsangriff (RFC 3207).",
  "cipher-not-enforceable": (cipher) =>
    `Der Server kann nur ${cipher}; das genügt unter Bedingungen, auf denen Postfix nicht bestehen kann.`,
  "tls-handshake-failed": (reason) => `Die TLS-Aushandlung ist gescheitert: ${say(reason)}.`,
  "tls-interrupted": () => "Die Verbindung riss während der TLS-Aushandlung ab.",
  "certificate-missing": () => "Der Server legt kein Zertifikat vor.",
  "certificate-expired": (label, since) =>
    `Das Zertifikat von „${label}“ ist am ${say(since)} abgelaufen.`,
  "certificate-not-yet-valid": (label, from) =>
    `Das Zertifikat von „${label}“ gilt erst ab ${say(from)}.`,
  "certificate-self-signed": (label) =>
    `Das Zertifikat von „${label}“ ist selbst ausgestellt: Niemand, dem wir vertrauen, bürgt dafür.`,
  "certificate-chain-incomplete": (label, issuer) =>
    `„${label}“ wurde von „${issuer}“ ausgestellt; deren Zertifikat ist uns nicht bekannt, und der Server schickt es nicht mit.`,
  "certificate-untrusted": (issuer, reason) =>
    `Die Zertifikatskette endet bei „${issuer}“; ihr wird nicht vertraut (${say(reason)}).`,
  "certificate-name-mismatch": (names, expected) =>
    `Das Zertifikat nennt ${say(names)}; erwartet wurde ${oneOf(expected)}.`,
  "certificate-common-name-only": (name) =>
    `Das Zertifikat nennt „${name}“ nur im alten Feld Common Name; das zählt nicht mehr (RFC 9525).`,
  "assurance-too-weak": (found, least) =>
    `Die Gewähr für den Namen ist ${found}; die Konfiguration verlangt ${least}.`,
  "assurance-not-known": (found) =>
    `Die Gewähr ist ${say(found)}; ob MTA-STS mehr ergibt, ließ sich jetzt nicht feststellen.`,
  "rival-not-seen": (where) =>
    `${where} hat TLSA-Einträge und war nicht zu sehen; er trägt womöglich denselben Namen, und Postfix nähme ihn ohne Vergleich.`,
  "weak-server-not-excludable": (name, where) =>
    `${name === "DANE" ? "Mit DANE" : `Unter dem Namen ${name}`} nähme Postfix auch ${say(where)} an, und dieser Server darf nicht benutzt werden.`,
  "name-not-expressible": (name) =>
    `Für Postfix bedeutet der Name „${name}“ in seinen TLS-Vorgaben etwas anderes.`,
  "host-resting": (reason, until) =>
    `Mit dem Server gab es eben Schwierigkeiten (${say(reason)}); er wird bis ${say(until)} in Ruhe gelassen.`,
  "connection-queue-full": () =>
    "Zu viele andere Prüfungen warteten auf diesen Server oder sein Netz.",
  "tlsa-lookup-failed": (name, reason) =>
    `Die TLSA-Einträge ${name} ließen sich nicht lesen: ${say(reason)}. Bis dahin verbietet DANE diesen Server.`,
  "tlsa-insecure": (name) =>
    `Die TLSA-Einträge ${name} sind nicht durch DNSSEC signiert und zählen deshalb nicht.`,
  "tlsa-unusable": (name) =>
    `Keiner der TLSA-Einträge ${name} ist für E-Mail verwendbar (RFC 7672).`,
  "tlsa-record-unusable": (record, why) =>
    `Der TLSA-Eintrag ${record} ist nicht verwendbar: ${say(why)}.`,
  "dane-mx-insecure": (domain) =>
    `Der Server hat signierte TLSA-Einträge, aber die MX-Einträge von ${domain} sind nicht signiert.`,
  "dane-not-enforceable": () =>
    "Der Server hat TLSA-Einträge, und sie wurden verglichen; aber `tls.dane` ist ausgeschaltet, Postfix tut es nicht.",
  "dane-matched": (record) => `Das Zertifikat passt zum TLSA-Eintrag ${record}.`,
  "dane-mismatch": (name, wouldMatch) =>
    `Keiner der TLSA-Einträge ${name} passt zum Zertifikat; der Eintrag ${wouldMatch} würde passen.`,
  "dane-ta-untrusted": (record, reason) =>
    `Kein gültiger Weg führt zu der Zertifizierungsstelle im TLSA-Eintrag ${record} (${say(reason)}).`,
  "dane-name-mismatch": (names, expected) =>
    `Der TLSA-Eintrag nennt eine Zertifizierungsstelle; das Zertifikat nennt ${say(names)} statt ${oneOf(expected)}.`,
  "passed-over-under-dane": () =>
    "Übergangen: E-Mail an diese Domain geht nur an Server, für die DANE bürgt.",
  "passed-over-by-preference": () =>
    "Übergangen: Für einen bevorzugten Server bürgt sein Name, und Postfix kennt je Domain nur einen Weg.",
  "sts-lookup-failed": (name, reason) =>
    `Der MTA-STS-Eintrag ${name} ließ sich nicht lesen: ${say(reason)}.`,
  "sts-record-invalid": (name, fault) =>
    `Der MTA-STS-Eintrag ${name} ist nicht gültig: ${say(fault)}.`,
  "sts-fetch-failed": (url, reason) =>
    `Die MTA-STS-Richtlinie ${url} ließ sich nicht abrufen: ${say(reason)}.`,
  "sts-policy-invalid": (url, fault) =>
    `Die MTA-STS-Richtlinie ${url} ist nicht gültig: ${say(fault)}.`,
  "sts-policy-kept": (id, until) =>
    `Die bekannte MTA-STS-Richtlinie ${id} gilt weiter bis ${say(until)}.`,
  "sts-testing": () =>
    "Die MTA-STS-Richtlinie der Domain ist im Probebetrieb (testing) und verbietet noch nichts.",
  "sts-none": () => "Die Domain hat MTA-STS abgeschaltet (Modus none).",
  "sts-mx-not-listed": (host, patterns) =>
    `Die MTA-STS-Richtlinie führt ${host} nicht auf; sie führt auf: ${say(patterns)}.`,
  "recheck-inconclusive": (at, cause) =>
    `Die Prüfung vom ${say(at)} brachte kein Ergebnis. ${cause}`,
  "protocol-too-old": (found, expected) =>
    `Der Server spricht ${say(found)}; nötig ist ${say(expected)}.`,
  "cipher-weak": (found, expected) =>
    `Das Verschlüsselungsverfahren ${say(found)} ist gebrochen; nötig ist ${say(expected)}.`,
  "cipher-not-recommended": (found, expected) =>
    `Das Verschlüsselungsverfahren ${say(found)} ist nicht empfohlen; besser ist ${say(expected)}.`,
  "cipher-cbc": (found, expected) =>
    `Das Verschlüsselungsverfahren ${say(found)} benutzt CBC ohne Encrypt-then-MAC; nötig ist ${say(expected)}.`,
  "no-forward-secrecy": (found, expected) =>
    `Das Verschlüsselungsverfahren ${say(found)} schützt Aufgezeichnetes nicht vor einem späteren Schlüsseldiebstahl (keine Forward Secrecy); gefragt ist ${say(expected)}.`,
  "finite-field-exchange": (found, expected) =>
    `Das Verschlüsselungsverfahren ${say(found)} benutzt Diffie-Hellman in endlichen Körpern; gefragt ist ${say(expected)}.`,
  "tls13-missing": (found, expected) =>
    `Der Server spricht ${say(found)}; besser ist ${say(expected)}.`,
  "cipher-not-listed": (found, expected) =>
    `Das Verschlüsselungsverfahren ${say(found)} steht nicht in der Liste der Empfehlung; nötig ist ${say(expected)}.`,
  "group-not-listed": (found, expected) =>
    `Der Schlüsselaustausch ${say(found)} steht nicht in der Liste der Empfehlung; dort steht ${say(expected)}.`,
  "handshake-signature-weak": (found, expected) =>
    `Der Server signiert die Aushandlung mit ${say(found)}; nötig ist ${say(expected)}.`,
  "handshake-signature-not-listed": (found, expected) =>
    `Der Server signiert die Aushandlung mit ${say(found)}; das steht nicht (oder nicht mehr) in der Liste. Dort steht ${say(expected)}.`,
  "key-type-not-listed": (found, expected) =>
    `Nicht in der Liste: ${say(found)}; dort steht ${say(expected)}.`,
  "key-below-recommendation": (found, expected) =>
    `Unter der Empfehlung: ${say(found)}; empfohlen sind ${say(expected)}.`,
  "signature-not-listed": (found, expected) =>
    `Nicht (oder nicht mehr) in der Liste: ${say(found)}; dort steht ${say(expected)}.`,
  "no-extended-master-secret": (found, expected) =>
    `Es fehlt: ${say(found)}; besser ist ${say(expected)}.`,
  "no-secure-renegotiation": (found, expected) =>
    `Es fehlt: ${say(found)}; nötig ist ${say(expected)}.`,
  "tls-compression": (found, expected) =>
    `Der Server benutzt ${say(found)}; nötig ist ${say(expected)}.`,
  "group-too-small": (found, expected) =>
    `Der Schlüsselaustausch ${say(found)} ist zu schwach; nötig sind ${say(expected)}.`,
  "key-type-unsuitable": (found, expected) =>
    `Ungeeignet: ${say(found)}; nötig ist ${say(expected)}.`,
  "key-too-small": (found, expected) => `Zu schwach: ${say(found)}; nötig sind ${say(expected)}.`,
  "signature-weak": (found, expected) => `Zu schwach: ${say(found)}; nötig ist ${say(expected)}.`,
};

/** Several names are alternatives. */
function oneOf(names: string): string {
  return names.includes(", ") ? `einer der Namen ${names}` : say(names);
}
