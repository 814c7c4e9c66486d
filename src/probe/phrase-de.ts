/**
 * Words of our own that stand as facts in findings, in German: what was waited for, why something
 * failed, how much was found. Facts are stored in English; what is not found here (names, replies,
 * OpenSSL's own words, what strangers wrote) passes unchanged.
 *
 * Sentences put a phrase where nominative and accusative look alike or only one can stand.
 */
const stages: Readonly<Record<string, string>> = {
  "a connection": "eine Verbindung",
  "the greeting": "die Begrüßung",
  "the reply to EHLO": "die Antwort auf EHLO",
  "the reply to HELO": "die Antwort auf HELO",
  "the reply to STARTTLS": "die Antwort auf STARTTLS",
  "the TLS handshake": "die TLS-Aushandlung",
};

const connections: Readonly<Record<string, string>> = {
  refused: "abgelehnt",
  reset: "zurückgesetzt",
  "the host cannot be reached": "der Rechner ist nicht erreichbar",
  "the network cannot be reached": "das Netz ist nicht erreichbar",
  "no answer": "keine Antwort",
  "the connection was refused": "die Verbindung wurde abgelehnt",
  "the connection broke off": "die Verbindung riss ab",
  "the server hung up": "der Server legte auf",
  "it closed the connection": "er brach die Verbindung ab",
  "it did not speak SMTP": "er sprach kein SMTP",
  "the TLS handshake broke off": "die TLS-Aushandlung riss ab",
  "another server": "einen anderen Server",
  "not the form of an SMTP reply": "nicht die Form einer SMTP-Antwort",
  "a reply before the command": "eine Antwort vor dem Befehl",
  "too many lines": "zu viele Zeilen",
  "a line is too long": "eine Zeile ist zu lang",
  "a reply is too long": "eine Antwort ist zu lang",
};

const lookups: Readonly<Record<string, string>> = {
  "its DNS servers answer with an error (SERVFAIL)":
    "die zuständigen DNS-Server antworten mit einem Fehler (SERVFAIL)",
  "its DNSSEC signatures are not valid": "die DNSSEC-Signaturen sind ungültig",
  "the resolver refused to answer": "der Resolver verweigerte die Antwort",
  "no answer in time": "keine rechtzeitige Antwort",
  "no whole answer could be fetched": "die Antwort war nicht vollständig zu bekommen",
  "the answer could not be understood": "die Antwort war nicht zu verstehen",
  "its aliases (CNAME) lead in a circle or too far":
    "die Aliase (CNAME) führen im Kreis oder zu weit",
  "the configured resolver does not resolve names for us":
    "der eingestellte Resolver löst für uns keine Namen auf",
};

const certificates: Readonly<Record<string, string>> = {
  "not among the trusted authorities": "nicht unter den vertrauten Zertifizierungsstellen",
  "too many certificates between it and the server":
    "zu viele Zertifikate zwischen ihr und dem Server",
  "another connection showed other certificates":
    "eine andere Verbindung zeigte andere Zertifikate",
  "its usage is not defined for mail, only 2 and 3 are":
    "sein Zweck (usage) ist für E-Mail nicht vorgesehen, nur 2 und 3 sind es",
  "its selector is not known, only 0 and 1 are":
    "seine Auswahl (selector) ist unbekannt, bekannt sind 0 und 1",
  "its matching type is not known, only 0, 1 and 2 are":
    "sein Vergleich (matching type) ist unbekannt, bekannt sind 0, 1 und 2",
  "it holds no data": "er enthält keine Daten",
  "its digest does not have the length of its matching type":
    "seine Prüfsumme hat nicht die Länge seines Vergleichs (matching type)",
  "its data is not a certificate": "seine Daten sind kein Zertifikat",
  "its data is not a public key": "seine Daten sind kein öffentlicher Schlüssel",
};

const policies: Readonly<Record<string, string>> = {
  "it is longer than 64 KiB": "sie ist länger als 64 KiB",
  "it is larger than 64 KiB": "sie ist größer als 64 KiB",
  "it has no version": "ihr fehlt version",
  "its version is not STSv1": "ihre version ist nicht STSv1",
  "it lists no mail server (mx)": "sie führt keinen Mailserver auf (mx)",
  "it has no id": "ihm fehlt die id",
  "its id is not 1 to 32 letters and digits": "seine id ist nicht 1 bis 32 Buchstaben und Ziffern",
  "its certificate covers the host only by a wildcard":
    "ihr Zertifikat nennt den Server nur durch einen Platzhalter",
  "its certificate has no DNS name": "ihr Zertifikat enthält keinen DNS-Namen",
  "its certificate has expired": "das Zertifikat ist abgelaufen",
  "its certificate is not valid yet": "das Zertifikat gilt noch nicht",
  "its certificate is self-signed": "das Zertifikat ist selbst ausgestellt",
  "its certificate is not from a trusted authority":
    "das Zertifikat ist von keiner vertrauten Zertifizierungsstelle",
  "it is not a list of name=value, each parted from the next by a semicolon":
    "er ist keine Liste von name=value, je durch ein Semikolon getrennt",
  "it sends without end": "der Server sendet ohne Ende",
  "the answer is not HTTP": "die Antwort ist kein HTTP",
  "its host has no address": "der Server hat keine Adresse",
  "it has no media type": "der Medientyp fehlt",
  "it is compressed": "sie ist komprimiert",
  "it states no length": "die Länge fehlt",
  "it is not UTF-8": "sie ist kein UTF-8",
};

const wishes: Readonly<Record<string, string>> = {
  "an AES-GCM suite": "ein Verfahren mit AES-GCM",
  "an ECDHE suite with AES-GCM": "ein Verfahren mit ECDHE und AES-GCM",
  "RSA or elliptic curve": "RSA oder elliptische Kurve",
  "SHA-256 or better": "SHA-256 oder besser",
  nothing: "nichts",
  "an up-to-date TLS library": "eine aktuelle TLS-Bibliothek",
  "the extended master secret (RFC 7627)": "das Extended Master Secret (RFC 7627)",
  "secure renegotiation (RFC 5746)": "die sichere Neuaushandlung (RFC 5746)",
  "TLS compression": "TLS-Komprimierung",
  "TLS without compression": "TLS ohne Komprimierung",
};

export const phrasesGerman: Readonly<Record<string, string>> = {
  ...stages,
  ...connections,
  ...lookups,
  ...certificates,
  ...policies,
  ...wishes,
};

const patterns: readonly (readonly [RegExp, string])[] = [
  [/^reply (\d+)$/, "Antwort $1"],
  [/^(\d+) bits$/, "$1 Bit"],
  [/^(.+) or later$/, "$1 oder neuer"],
  [/^(\S+) with (\d+) bits$/, "$1 mit $2 Bit"],
  [/^(.+) and (\d+) more$/, "$1 und $2 weitere"],
  [/^only "(.+)"$/, "nur „$1“"],
  [/^(\S+) or (\S+)$/, "$1 oder $2"],
  [/^the (\S+) key of "(.+)" has (\d+) bits$/, "der $1-Schlüssel von „$2“ hat $3 Bit"],
  [/^the key of "(.+)" is of type unknown$/, "der Schlüssel von „$1“ ist unbekannter Art"],
  [/^the key of "(.+)" is of type (.+)$/, "der Schlüssel von „$1“ ist von der Art $2"],
  [
    /^the certificate of "(.+)" is signed with (.+)$/,
    "das Zertifikat von „$1“ ist mit $2 signiert",
  ],
  [/^line (\d+) is not of the form "key: value"$/, "Zeile $1 hat nicht die Form „key: value“"],
  [/^its (\S+) is not (\S+), (\S+) or (\S+)$/, "ihr $1 ist weder $2 noch $3 noch $4"],
  [
    /^its max_age is not a number of seconds from 0 to (\d+)$/,
    "ihr max_age ist keine Zahl von Sekunden von 0 bis $1",
  ],
  [/^it has no (\S+)$/, "ihr fehlt $1"],
  [/^it lists more than (\d+) mail servers \(mx\)$/, "sie führt mehr als $1 Mailserver auf (mx)"],
  [/^its mx "(.*)" is not a host name$/, "ihr mx „$1“ ist kein Hostname"],
  [/^there are (\d+) records instead of one$/, "es gibt $1 Einträge statt eines einzigen"],
  [/^it is longer than (\d+) characters$/, "er ist länger als $1 Zeichen"],
  [/^its certificate is for (.+)$/, "ihr Zertifikat ist für $1"],
  [/^the connection failed \((.+)\)$/, "die Verbindung scheiterte ($1)"],
  [/^a redirect \(HTTP status (\d+)\)$/, "eine Weiterleitung (HTTP-Status $1)"],
  [/^HTTP status (\d+)$/, "HTTP-Status $1"],
  [/^TLS failed \((.+)\)$/, "TLS scheiterte ($1)"],
  [/^its media type is (.+)$/, "ihr Medientyp ist $1"],
];

export function germanPhrase(text: string): string {
  if (Object.hasOwn(phrasesGerman, text)) return phrasesGerman[text] ?? text;
  for (const [pattern, german] of patterns) {
    if (pattern.test(text)) return text.replace(pattern, german);
  }
  return text;
}
