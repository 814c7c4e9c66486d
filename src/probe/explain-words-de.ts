/** The words around findings in German. */
import type { ExplainWords } from "./explain-words.ts";

export const explainGerman: ExplainWords = {
  headline: {
    proven: "nachgewiesen. Die Mailserver sind über geprüftes TLS erreichbar.",
    partly: (proven, all) =>
      `nachgewiesen. ${proven} von ${all} Mailservern sind über geprüftes TLS erreichbar; nur dorthin geht E-Mail.`,
    failed: "nicht bestanden. Keiner der Mailserver ist über geprüftes TLS erreichbar.",
    unknown:
      "zurzeit nicht zu sagen. Kein Mailserver ist nachgewiesen, und nicht alle ließen sich beurteilen; E-Mail wartet.",
    "no-mail": "nimmt keine E-Mail an.",
  },
  status: { proven: "nachgewiesen", failed: "nicht bestanden", unknown: "nicht zu sagen" },
  assurance: {
    dane: "signierte DNS-Einträge der Domain nennen das Zertifikat (DANE)",
    "mta-sts": "die veröffentlichte Richtlinie der Domain nennt die Mailserver (MTA-STS)",
    "dnssec-mx": "das Zertifikat nennt den Mailserver, und signiertes DNS nennt diesen Server",
    "domain-name": "das Zertifikat nennt die Empfängerdomain selbst",
    "mx-name": "das Zertifikat nennt den Mailserver; welcher das ist, stammt aus unsigniertem DNS",
  },
  vouched: (assurance, meaning) => `Gewähr ${assurance}: ${meaning}.`,
  forbidden: {
    dane: "E-Mail dorthin wartet: Die eigenen signierten DNS-Einträge der Domain (DANE) verbieten die Zustellung an Server, die nicht dazu passen. So wartet sie bei jedem Absender, der DANE beachtet.",
    "mta-sts":
      "E-Mail dorthin wartet: Die eigene Richtlinie der Domain (MTA-STS, enforce) verbietet die Zustellung an Server, die ihr nicht genügen. So wartet sie bei jedem Absender, der MTA-STS beachtet.",
  },
  mxSigned: "DNS: Die MX-Einträge sind signiert (DNSSEC).",
  mxUnsigned: "DNS: Die MX-Einträge sind nicht signiert (DNSSEC).",
  sts: ({ mode, id, kept }, patterns, fetched) =>
    `MTA-STS: Modus ${mode}, id ${id}, für ${patterns}; ${kept ? "aufbewahrte Kopie vom" : "abgerufen am"} ${fetched}.`,
  stsMode: {
    enforce: "",
    testing: "Sie verbietet noch nichts.",
    none: "Sie verbietet nichts.",
  },
  preference: (preference) => `Rang ${preference}`,
  addressesSigned: "Die Adressen sind signiert (DNSSEC).",
  addressesUnsigned: "Die Adressen sind nicht signiert (DNSSEC).",
  tlsa: {
    usable: (base) => `TLSA-Einträge (DANE) von ${base}, signiert und verwendbar:`,
    unusable: (base) => `TLSA-Einträge (DANE) von ${base}, signiert, doch keiner verwendbar:`,
    insecure: (base) => `TLSA-Einträge (DANE) von ${base}, unsigniert, sie zählen daher nicht:`,
    absent: () => "Er hat keine TLSA-Einträge (DANE).",
    failure: (base) =>
      `Die TLSA-Einträge (DANE) von ${base} sind nicht lesbar; der Server darf nicht benutzt werden.`,
  },
  keyExchange: (group) => `Schlüsselaustausch ${group}`,
  signedWith: (scheme) => `signiert mit ${scheme}`,
  certificate: (subject, issuer, key, until) =>
    `Zertifikat von „${subject}“, ausgestellt von „${issuer}“, ${key}, gültig bis ${until}`,
  open: (connection) => `Wer fast alles annimmt, bekommt: ${connection}.`,
  mend: (domain) => `Was der Postmaster von ${domain} beheben sollte:`,
  policy: "Postfix setzt durch:",
  judged: (profile, checked, expires) =>
    `Beurteilt nach ${profile} am ${checked}; gilt bis ${expires}.`,
};
