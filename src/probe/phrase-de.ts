/**
 * Words of our own that stand as facts in findings, in German: what was waited for, why something
 * failed, how much was found. Facts are stored in English; what is not found here (names, replies,
 * what strangers wrote) passes unchanged.
 *
 * Sentences put a phrase where nominative and accusative look alike or only one can stand.
 */
const phrases: Readonly<Record<string, string>> = {
  // What was waited for.
  "a connection": "eine Verbindung",
  "the greeting": "die Begrüßung",
  "the reply to EHLO": "die Antwort auf EHLO",
  "the reply to HELO": "die Antwort auf HELO",
  "the reply to STARTTLS": "die Antwort auf STARTTLS",
  "the TLS handshake": "die TLS-Aushandlung",
  // Why there was no connection or no SMTP.
  refused: "abgelehnt",
  reset: "zurückgesetzt",
  "the host cannot be reached": "der Rechner ist nicht erreichbar",
  "the network cannot be reached": "das Netz ist nicht erreichbar",
  "no answer": "keine Antwort",
  "not the form of an SMTP reply": "nicht die Form einer SMTP-Antwort",
  "too many lines": "zu viele Zeilen",
  "a line is too long": "eine Zeile ist zu lang",
  "a reply is too long": "eine Antwort ist zu lang",
  "a reply before the command": "eine Antwort vor dem Befehl",
  "the server hung up": "der Server legte auf",
  "another server": "einen anderen Server",
  // Why a server is left in peace.
  "it closed the connection": "er schloss die Verbindung",
  "it did not speak SMTP": "er sprach kein SMTP",
  "the TLS handshake broke off": "die TLS-Aushandlung brach ab",
  // Why a DNS lookup failed.
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
  // Why a certificate is not trusted.
  "not among the trusted authorities": "nicht unter den vertrauten Zertifizierungsstellen",
  // What a profile wants.
  "an AES-GCM suite": "ein Verfahren mit AES-GCM",
  "an ECDHE suite with AES-GCM": "ein Verfahren mit ECDHE und AES-GCM",
  "RSA or elliptic curve": "RSA oder elliptische Kurve",
  "SHA-256 or better": "SHA-256 oder besser",
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
];

export function germanPhrase(text: string): string {
  if (Object.hasOwn(phrases, text)) return phrases[text] ?? text;
  for (const [pattern, german] of patterns) {
    if (pattern.test(text)) return text.replace(pattern, german);
  }
  return text;
}
