/** What a PDF that holds a message says itself, in each language. */
import type { Language } from "../base/language.ts";

export interface PdfWords {
  readonly locale: string;
  /** Also the document's title: it tells nothing of the message. */
  readonly heading: string;
  readonly from: string;
  readonly to: string;
  readonly copy: string;
  readonly sent: string;
  readonly subject: string;
  readonly number: string;
  readonly attachments: string;
  /** How the files that are listed come out of the PDF. */
  readonly embedded: (original: string) => string;
  readonly noText: string;
  readonly textCut: string;
  readonly notShown: string;
  readonly notRead: string;
  readonly moreFiles: (count: number) => string;
}

const german: PdfWords = {
  locale: "de-DE",
  heading: "Vertrauliche Nachricht",
  from: "Von",
  to: "An",
  copy: "Kopie",
  sent: "Gesendet",
  subject: "Betreff",
  number: "Nummer",
  attachments: "Dateien in diesem PDF",
  embedded: (original) =>
    `Ihr PDF-Programm zeigt sie unter „Anlagen“ (Büroklammer). Zeigt es keine, dann öffnen Sie das PDF an einem Rechner mit Adobe Acrobat Reader oder Firefox. „${original}“ ist die vollständige E-Mail, wie sie gesendet wurde.`,
  noText: "Die Nachricht hat keinen Text.",
  textCut: "Der Text ist hier gekürzt. Vollständig steht er in der Original-E-Mail.",
  notShown:
    "Einige Zeichen oder Schriften lassen sich hier nicht richtig darstellen. In der Original-E-Mail stehen sie richtig.",
  notRead: "Diese Nachricht ließ sich hier nicht darstellen. Bitte öffnen Sie die Original-E-Mail.",
  moreFiles: (count) => `${count} weitere Dateien stecken nur in der Original-E-Mail.`,
};

const english: PdfWords = {
  locale: "en-GB",
  heading: "Confidential message",
  from: "From",
  to: "To",
  copy: "Copy",
  sent: "Sent",
  subject: "Subject",
  number: "Number",
  attachments: "Files in this PDF",
  embedded: (original) =>
    `Your PDF program shows them under “Attachments” (paper clip). If it shows none, open the PDF on a computer with Adobe Acrobat Reader or Firefox. “${original}” is the whole e-mail as it was sent.`,
  noText: "The message has no text.",
  textCut: "The text is cut short here. The original e-mail has all of it.",
  notShown:
    "Some characters or scripts cannot be shown properly here. They are right in the original e-mail.",
  notRead: "This message could not be shown here. Please open the original e-mail.",
  moreFiles: (count) => `${count} more files are in the original e-mail only.`,
};

export const pdfWords: Readonly<Record<Language, PdfWords>> = { de: german, en: english };
