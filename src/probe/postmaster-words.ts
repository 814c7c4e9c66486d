/** The shape of what a letter to another postmaster says, and who says it, in each language. */
import type { Language } from "../base/language.ts";
import type { Verdict } from "../base/verdict.ts";

export interface PostmasterWords {
  readonly subject: (domain: string) => string;
  readonly greeting: string;
  /** Why we looked, and what came of it. */
  readonly failed: (domain: string, checked: string) => string;
  readonly partly: (domain: string, checked: string) => string;
  readonly forbidden: Readonly<Record<NonNullable<Verdict["forbiddenBy"]>, string>>;
  readonly found: string;
  readonly mend: (remedy: string) => string;
  readonly more: (count: number) => string;
  readonly placesMore: (count: number) => string;
  readonly test: string;
  readonly thanks: string;
  readonly closing: readonly [farewell: string, who: string];
  /** Instead of a letter. */
  readonly allGood: (domain: string, checked: string) => string;
  readonly nothingToMend: (domain: string, checked: string) => string;
  readonly uncertain: (domain: string, checked: string) => string;
  readonly noMail: (domain: string) => string;
}

const english: PostmasterWords = {
  subject: (domain) => `TLS of the mail servers of ${domain}`,
  greeting: "Hello,",
  failed: (domain, checked) =>
    `before our mail server hands mail to another one, it checks whether the way there is confidential: TLS with a certificate that is genuine, valid and made out to the right server, and with up-to-date cryptography. On ${checked} no mail server of ${domain} passed that check.`,
  partly: (domain, checked) =>
    `before our mail server hands mail to another one, it checks whether the way there is confidential: TLS with a certificate that is genuine, valid and made out to the right server, and with up-to-date cryptography. On ${checked} ${domain} passed that check. We noticed something all the same that you may want to mend.`,
  forbidden: {
    dane: "Your own signed DNS records (DANE, RFC 7672) ask all senders not to deliver to a server that does not match them. Mail from every sender that follows them waits for now.",
    "mta-sts":
      "Your own MTA-STS policy (RFC 8461) asks all senders not to deliver to a server that does not satisfy it. Mail from every sender that follows it waits for now.",
  },
  found: "What we found:",
  mend: (remedy) => `To mend it: ${remedy}`,
  more: (count) => `There is more of this kind (${count}).`,
  placesMore: (count) => `and ${count} more`,
  test: "How you can see it for yourself:",
  thanks:
    "Our server will look again by itself; there is no need to tell us. If we are mistaken, please write to us. Thank you for taking care of it.",
  closing: ["Kind regards", "The postmaster of the sending mail server"],
  allGood: (domain, checked) =>
    `There is nothing to write: on ${checked} everything was fine with the mail servers of ${domain}.`,
  nothingToMend: (domain, checked) =>
    `There is nothing to write: what was found on ${checked} is not for the postmaster of ${domain} to mend.`,
  uncertain: (domain, checked) =>
    `There is nothing to write yet: the check of ${checked} could not tell for certain how things stand with ${domain}.`,
  noMail: (domain) => `There is nobody to write to: ${domain} takes no mail.`,
};

const german: PostmasterWords = {
  subject: (domain) => `TLS der Mailserver von ${domain}`,
  greeting: "Guten Tag,",
  failed: (domain, checked) =>
    `bevor unser Mailserver einem anderen E-Mail übergibt, prüft er, ob der Weg dorthin vertraulich ist: TLS mit einem echten, gültigen und auf den richtigen Server ausgestellten Zertifikat und mit zeitgemäßer Kryptografie. Am ${checked} bestand kein Mailserver von ${domain} diese Prüfung.`,
  partly: (domain, checked) =>
    `bevor unser Mailserver einem anderen E-Mail übergibt, prüft er, ob der Weg dorthin vertraulich ist: TLS mit einem echten, gültigen und auf den richtigen Server ausgestellten Zertifikat und mit zeitgemäßer Kryptografie. Am ${checked} bestand ${domain} diese Prüfung. Etwas ist uns dabei aber aufgefallen, das Sie vielleicht beheben möchten.`,
  forbidden: {
    dane: "Ihre eigenen signierten DNS-Einträge (DANE, RFC 7672) bitten alle Absender, nicht an einen Server zuzustellen, der nicht dazu passt. E-Mail von jedem Absender, der sich daran hält, wartet bis dahin.",
    "mta-sts":
      "Ihre eigene MTA-STS-Richtlinie (RFC 8461) bittet alle Absender, nicht an einen Server zuzustellen, der ihr nicht genügt. E-Mail von jedem Absender, der sich daran hält, wartet bis dahin.",
  },
  found: "Was wir gefunden haben:",
  mend: (remedy) => `Abhilfe: ${remedy}`,
  more: (count) => `Es gibt noch mehr dieser Art (${count}).`,
  placesMore: (count) => `und ${count} weitere`,
  test: "So können Sie es selbst sehen:",
  thanks:
    "Unser Server sieht von selbst wieder nach; Sie brauchen uns nicht zu benachrichtigen. Falls wir uns irren, schreiben Sie uns bitte. Vielen Dank, dass Sie sich darum kümmern.",
  closing: ["Mit freundlichen Grüßen", "Der Postmaster des absendenden Mailservers"],
  allGood: (domain, checked) =>
    `Es gibt nichts zu schreiben: Am ${checked} war mit den Mailservern von ${domain} alles in Ordnung.`,
  nothingToMend: (domain, checked) =>
    `Es gibt nichts zu schreiben: Was am ${checked} gefunden wurde, kann der Postmaster von ${domain} nicht beheben.`,
  uncertain: (domain, checked) =>
    `Es gibt noch nichts zu schreiben: Die Prüfung vom ${checked} konnte nicht sicher sagen, wie es um ${domain} steht.`,
  noMail: (domain) => `Es gibt niemanden, dem zu schreiben wäre: ${domain} nimmt keine E-Mail an.`,
};

export const postmasterWords: Readonly<Record<Language, PostmasterWords>> = {
  de: german,
  en: english,
};
