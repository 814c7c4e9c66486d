/** The portal's sentences in German. Short, plain and kind; the shape is in `words.ts`. */
import type { CodeErrorWords, FormWords, MessageWords, Words } from "./words.ts";

const form: FormWords = {
  title: "Sie haben eine vertrauliche Nachricht",
  from: "Von",
  to: "An",
  sent: "Gesendet",
  until: "Abrufbar bis",
  label: "Geben Sie den Code für diese Nachricht ein",
  hint: "12 Buchstaben und Ziffern. Großschreibung, Leerzeichen und Striche sind egal.",
  open: "Nachricht öffnen",
  whereTitle: "Woher bekomme ich den Code?",
  where: (sender) =>
    `Von der Person, die Ihnen schreibt (${sender}): am Telefon, per SMS oder persönlich.`,
  never:
    "Wir schicken Ihnen den Code nie per E\u2011Mail. Wir fragen Sie nie nach dem Passwort Ihres Postfachs oder einem anderen Passwort.",
  noCodeTitle: "Kein Code?",
  noCode:
    "Bitte fragen Sie den Absender. Rufen Sie dazu eine Nummer an, die Sie schon kennen, keine aus einer E\u2011Mail.",
};

const codeError: CodeErrorWords = {
  empty: "Bitte geben Sie den Code ein.",
  length: "Der Code hat 12 Zeichen; Ihre Eingabe hat mehr oder weniger.",
  character: "Ein Code hat nur Buchstaben und Ziffern, und nie den Buchstaben U.",
  check: "Im Code ist ein Tippfehler. Bitte geben Sie ihn noch einmal ein, Zeichen für Zeichen.",
  notCounted: "Das zählt nicht als Versuch.",
  wrong: "Das ist nicht der Code für diese Nachricht.",
  left: (tries) =>
    tries === 1 ? "Sie haben noch 1 Versuch." : `Sie haben noch ${tries} Versuche.`,
  wrongAdvice: "Jede Nachricht hat ihren eigenen Code. Gehören Link und Code zusammen?",
};

const message: MessageWords = {
  noSubject: "Nachricht ohne Betreff",
  from: "Von",
  to: "An",
  copy: "Kopie",
  sent: "Gesendet",
  and: (more) => `und ${more} weitere`,
  text: "Nachricht",
  noText: "Diese Nachricht hat keinen Text.",
  textTooLong:
    "Der Text ist zu lang, um ihn hier anzuzeigen. Bitte speichern Sie die Originalnachricht.",
  tooLarge:
    "Diese Nachricht ist zu groß, um sie hier anzuzeigen. Sie können das Original speichern und mit Ihrem Mailprogramm öffnen.",
  unreadable:
    "Diese Nachricht lässt sich hier nicht anzeigen. Sie können das Original speichern und mit Ihrem Mailprogramm öffnen.",
  asText: "Als einfachen Text anzeigen",
  asHtml: "Mit Formatierung anzeigen",
  remote: (pictures) =>
    pictures === 1
      ? "Zu Ihrem Schutz wurde 1 Bild oder eine Formatierung von einem fremden Server nicht geladen."
      : `Zu Ihrem Schutz wurden ${pictures} Bilder oder Formatierungen von fremden Servern nicht geladen.`,
  attachments: (count) => (count === 1 ? "1 Anhang" : `${count} Anhänge`),
  attachmentFallback: (number) => `Anhang-${number}`,
  pictures: (count) => (count === 1 ? "1 Bild im Text" : `${count} Bilder im Text`),
  moreAttachments: (more) =>
    `${more} weitere sind in der Originalnachricht, die Sie speichern können.`,
  save: "Speichern",
  original: "Originalnachricht (.eml)",
  originalHint: "Die ganze Mail mit allen Anhängen, für Ihr Mailprogramm.",
  close: "Nachricht schließen",
  session: (until) =>
    `Nach 15 Minuten ohne Benutzung brauchen Sie den Code wieder. Schließen Sie die Nachricht, bevor Sie gehen. Abrufbar bis ${until}.`,
};

export const wordsGerman: Words = {
  brand: "Vertrauliche Nachricht",
  errorPrefix: "Fehler",
  again: "Noch einmal versuchen",
  otherLanguage: { language: "en", name: "English" },
  landing: {
    title: "Vertrauliche Nachrichten",
    paragraphs: [
      "Hier lesen Sie Nachrichten, die für eine gewöhnliche E\u2011Mail zu vertraulich waren.",
      "Um eine Nachricht zu öffnen, benutzen Sie den Link in der E\u2011Mail, die Sie bekommen haben. Den Code bekommen Sie vom Absender: am Telefon, per SMS oder persönlich.",
      "Wir fragen Sie nie nach dem Passwort Ihres Postfachs oder einem anderen Passwort.",
    ],
  },
  about: {
    title: "Was ist das hier?",
    paragraphs: [
      "Manche Nachrichten sind zu vertraulich für eine gewöhnliche E\u2011Mail. Wo eine E\u2011Mail nicht sicher zu Ihrem Postfach käme, liegt sie stattdessen hier, verschlüsselt, und Sie bekommen eine kurze E\u2011Mail mit einem Link.",
      "Zum Öffnen brauchen Sie zweierlei: den Link aus der E\u2011Mail und den Code, den Ihnen der Absender am Telefon, per SMS oder persönlich gibt. Ohne beides kann niemand lesen, was hier gespeichert ist. Ist die Zeit der Nachricht abgelaufen, wird sie gelöscht.",
      "Sie brauchen kein Konto und müssen nichts installieren. Diese Seiten zeigen keine Werbung und verfolgen niemanden; ein Cookie gibt es nur, solange eine Nachricht geöffnet ist. Nach einem Passwort fragen wir nie. Wenn Sie zweifeln, ob eine E\u2011Mail echt ist, rufen Sie den Absender an, unter einer Nummer, die Sie schon kennen.",
    ],
  },
  aboutLink: "Was ist das hier?",
  imprint: "Impressum",
  privacy: "Datenschutz",
  accessibility: "Barrierefreiheit",
  helpTitle: "Fragen zu dieser Seite?",
  form,
  codeError,
  notice: {
    paused: (until, sender) => ({
      title: "Bitte machen Sie eine kurze Pause",
      paragraphs: [
        "Es wurde zu oft ein falscher Code eingegeben. Zum Schutz der Nachricht wird von Ihrem Anschluss eine Zeit lang kein Code angenommen.",
        `Ab ${until} können Sie es wieder versuchen. Die Nachricht geht nicht verloren.`,
        `Nutzen Sie die Zeit bitte, um den Code mit dem Absender (${sender}) zu vergleichen.`,
      ],
    }),
    locked: (until, sender) => ({
      title: "Diese Nachricht ist gesperrt",
      paragraphs: [
        `Es wurde zu oft ein falscher Code eingegeben. Zum Schutz der Nachricht öffnet sie bis ${until} auch der richtige Code nicht.`,
        `Wenn es eilt: Rufen Sie den Absender (${sender}) an. Er kann die Sperre sofort aufheben und Ihnen den Code noch einmal sagen.`,
      ],
    }),
    lockedForGood: (sender) => ({
      title: "Diese Nachricht braucht einen neuen Code",
      paragraphs: [
        "Es wurde sehr oft ein falscher Code eingegeben. Zum Schutz der Nachricht gilt der bisherige Code nicht mehr.",
        `Bitte rufen Sie den Absender (${sender}) an. Er kann für denselben Link einen neuen Code erzeugen.`,
      ],
    }),
    recalled: (on, sender) => ({
      title: "Diese Nachricht wurde zurückgezogen",
      paragraphs: [
        `Der Absender hat sie am ${on} zurückgenommen. Ihr Inhalt ist gelöscht.`,
        `Sie haben nichts falsch gemacht. Wenn Sie Fragen haben, wenden Sie sich an den Absender (${sender}).`,
      ],
    }),
    expired: (on, sender) => ({
      title: "Diese Nachricht ist nicht mehr abrufbar",
      paragraphs: [
        `Sie war abrufbar bis ${on}.`,
        `Wenn Sie sie noch brauchen, bitten Sie den Absender (${sender}), sie noch einmal zu senden.`,
      ],
    }),
    unknownLink: {
      title: "Unter diesem Link gibt es keine Nachricht",
      paragraphs: [
        "Vielleicht ist der Link unvollständig: Manche Mailprogramme brechen lange Links um. Öffnen Sie ihn bitte noch einmal aus der E\u2011Mail, oder kopieren Sie den ganzen Link in die Adresszeile.",
        "Vielleicht hat der Absender die Nachricht zurückgezogen, oder sie ist gelöscht, weil ihre Zeit abgelaufen ist. Er kann sie noch einmal senden.",
      ],
    },
    sessionEnded: {
      title: "Die Nachricht wurde geschlossen",
      paragraphs: [
        "Vielleicht haben Sie sie selbst geschlossen. Zu Ihrem Schutz schließt sich eine Nachricht auch nach 15 Minuten ohne Benutzung, und spätestens nach einer Stunde.",
        "Um weiterzulesen, öffnen Sie noch einmal den Link in der E\u2011Mail und geben den Code ein.",
      ],
    },
    closed: {
      title: "Die Nachricht ist geschlossen",
      paragraphs: [
        "Ohne den Code kann sie auf diesem Gerät niemand lesen. Dateien, die Sie gespeichert haben, bleiben, wo sie sind.",
        "Um sie wieder zu lesen, öffnen Sie den Link in der E\u2011Mail und geben den Code ein.",
      ],
    },
    busy: {
      title: "Gerade ist sehr viel los",
      paragraphs: [
        "Im Moment werden viele Nachrichten geöffnet. Bitte versuchen Sie es in einer Minute noch einmal.",
        "Das zählt nicht als Versuch.",
      ],
    },
    trouble: {
      title: "Das geht im Moment nicht",
      paragraphs: [
        "Der Fehler liegt bei uns. Ihre Nachricht ist sicher. Bitte versuchen Sie es in ein paar Minuten noch einmal.",
      ],
    },
    notFound: {
      title: "Diese Seite gibt es nicht",
      paragraphs: [
        "Bitte öffnen Sie noch einmal den Link in der E\u2011Mail, die Sie bekommen haben.",
      ],
    },
    badRequest: {
      title: "Das hat nicht geklappt",
      paragraphs: [
        "Ihr Browser hat etwas gesendet, das diese Seite nicht versteht. Bitte öffnen Sie noch einmal den Link in der E\u2011Mail.",
      ],
    },
    tooLarge: {
      title: "Das war zu viel",
      paragraphs: [
        "Bitte geben Sie nur den Code mit seinen 12 Zeichen ein. Öffnen Sie dazu noch einmal den Link in der E\u2011Mail.",
      ],
    },
    damaged: {
      title: "Diese Nachricht lässt sich nicht öffnen",
      paragraphs: [
        "Der Fehler liegt bei uns: Die gespeicherte Nachricht ist beschädigt. Bitten Sie den Absender, sie noch einmal zu senden.",
      ],
    },
    fault: {
      title: "Da ist etwas schiefgegangen",
      paragraphs: [
        "Der Fehler liegt bei uns und ist notiert. Bitte versuchen Sie es später noch einmal; tritt er immer wieder auf, sagen Sie es dem Absender.",
      ],
    },
  },
  message,
};
