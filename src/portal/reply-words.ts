/** The sentences of the pages on which a reader answers, in one object per language. */
import type { Language } from "../base/language.ts";
import type { NoticeWords } from "./words.ts";

export interface ReplyWords {
  /** On the button that leads to the form. */
  readonly link: string;
  readonly title: string;
  readonly to: string;
  readonly subject: string;
  readonly label: string;
  readonly hint: (withFiles: boolean) => string;
  readonly fileLabel: string;
  /** `size`: of all together. */
  readonly fileHint: (files: number, size: string) => string;
  readonly way: string;
  readonly button: string;
  readonly back: string;
  readonly sentOn: (on: string) => string;
  readonly left: (replies: number) => string;
  /** `files`: how many there may be, 0 for text only. */
  readonly error: (files: number, size: string) => Readonly<Record<ReplyFault, string>>;
  /** Behind an error, where files had been chosen. */
  readonly chooseAgain: string;
  readonly sent: (sender: string) => NoticeWords;
  /** Instead of an address there. */
  readonly theSender: string;
  /** Behind that, where the message was closed meanwhile. */
  readonly closed: string;
  readonly enough: (sender: string) => NoticeWords;
  readonly tooLarge: NoticeWords;
  /** The form was not read; sent once more it goes `again`, or gives its text `back`. */
  readonly unread: Readonly<Record<"again" | "back", NoticeWords>>;
  readonly kept: NoticeWords;
  /** A reply was stored meanwhile, perhaps this one. */
  readonly keptAgain: NoticeWords;
  /** There is no text to keep. */
  readonly keptEmpty: (isAgain: boolean) => NoticeWords;
  readonly keptLabel: string;
  readonly keptFiles: string;
}

/** Why a form comes back; its text is still in it. */
export type ReplyFault =
  | "empty"
  | "tooLong"
  /** Too many files, or too large ones. */
  | "files"
  | "size"
  /** From one network. */
  | "tooMany"
  | "busy"
  | "again"
  /** The form did not come whole, or not in time. */
  | "broken"
  | "late"
  /** The store could not take it. */
  | "trouble";

const english: ReplyWords = {
  link: "Write a reply",
  title: "Your reply",
  to: "To",
  subject: "Subject",
  label: "Your text",
  hint: (withFiles) =>
    `${withFiles ? "Up" : "Text only, up"} to 20,000 characters. Please send it within 15 minutes; after that the message closes.`,
  fileLabel: "Files (optional)",
  fileHint: (files, size) =>
    `${files === 1 ? `One file of up to ${size}.` : `Up to ${files} files, ${size} altogether. You can choose several at once.`} Large files take a while to send; please wait for the next page.`,
  way: "Your reply takes a protected way to the sender, and nobody else gets it.",
  button: "Send the reply",
  back: "Back to the message",
  sentOn: (on) => `You replied on ${on}.`,
  left: (replies) =>
    replies === 1 ? "You can send 1 more reply." : `You can send ${replies} more replies.`,
  error: (files, size) => ({
    empty: `Please write something${files === 0 ? "" : " or choose a file"} first.`,
    tooLong: "Your text is too long. Please shorten it to 20,000 characters.",
    files: `Too many files. ${files === 1 ? "One file" : `Up to ${files} files`} can go with one reply.`,
    size: `Your files are too large. Together they may have up to ${size}.`,
    tooMany:
      "Very much came from your connection within the last hour. Please try again in an hour.",
    busy: "Very busy right now. Please send your reply again in a minute.",
    again:
      "A reply was sent meanwhile, perhaps this very one. Send it only if it is to go as another reply.",
    broken: "Your reply did not arrive whole, and nothing was sent. Please send it again.",
    late: "Your files took too long to arrive, and nothing was sent. Please try smaller ones, or a faster connection.",
    trouble:
      "Your reply could not be stored, and nothing was sent. Please try again in a few minutes.",
  }),
  chooseAgain: "Your files did not come along: please choose them again.",
  sent: (sender) => ({
    title: "Your reply is on its way",
    paragraphs: [
      `It is stored safely and goes to ${sender} at once.`,
      "You need not do anything else. A copy for yourself is not sent.",
    ],
  }),
  theSender: "the sender",
  closed:
    "The message may be closed by now. To read it again, open the link in the e\u2011mail again and enter the code.",
  enough: (sender) => ({
    title: "No more replies to this message",
    paragraphs: [
      "You have sent as many replies as one message allows. They were all passed on.",
      `If there is more to say, please ask ${sender} for a new message.`,
    ],
  }),
  tooLarge: {
    title: "That was too much for one reply",
    paragraphs: [
      "Nothing was sent. Please go back in your browser, where your text still is, and shorten it to 20,000 characters.",
    ],
  },
  unread: {
    again: {
      title: "Your reply could not be read",
      paragraphs: [
        "Very busy right now: we could not take your text, and nothing was sent. Only your browser still has it, as long as you stay on this page.",
        "Please reload this page in a minute (F5, or the round arrow). Your browser may ask whether to send the form again; say yes, and it sends your reply once more, with its files.",
      ],
    },
    back: {
      title: "Very busy right now",
      paragraphs: [
        "We could not read your text, and nothing was sent. Only your browser still has it, as long as you stay on this page.",
        "Please reload this page in a minute (F5, or the round arrow). Your browser may ask whether to send the form again; say yes, and you get your text back.",
      ],
    },
  },
  kept: {
    title: "Your reply was not sent",
    paragraphs: [
      "The message was closed already, for your protection. Your text is not lost: copy it from the field below.",
      "Then open the link in the e\u2011mail again, enter the code and paste your text into the reply.",
    ],
  },
  keptAgain: {
    title: "A reply was sent meanwhile",
    paragraphs: [
      "Perhaps it is this very one, and you need not do anything else. The message is closed.",
      "If your text is to go as another reply, copy it from the field below. Then open the link in the e\u2011mail again, enter the code and paste it there.",
    ],
  },
  keptEmpty: (isAgain) =>
    isAgain
      ? {
          title: "A reply was sent meanwhile",
          paragraphs: [
            "Perhaps it is this very one, and you need not do anything else. The message is closed.",
            "To send another reply, open the link in the e\u2011mail again and enter the code.",
          ],
        }
      : {
          title: "Your reply was not sent",
          paragraphs: [
            "The message was closed already, for your protection.",
            "Please open the link in the e\u2011mail again, enter the code and send your reply from there.",
          ],
        },
  keptLabel: "Your text, to be copied",
  keptFiles: "Your files were not kept. Please choose them again there.",
};

const german: ReplyWords = {
  link: "Antwort schreiben",
  title: "Ihre Antwort",
  to: "An",
  subject: "Betreff",
  label: "Ihr Text",
  hint: (withFiles) =>
    `${withFiles ? "Bis" : "Nur Text, bis"} zu 20.000 Zeichen. Bitte senden Sie ihn innerhalb von 15 Minuten; danach schließt sich die Nachricht.`,
  fileLabel: "Dateien (wenn nötig)",
  fileHint: (files, size) =>
    `${files === 1 ? `Eine Datei mit bis zu ${size}.` : `Bis zu ${files} Dateien, zusammen bis zu ${size}. Sie können mehrere auf einmal auswählen.`} Große Dateien brauchen eine Weile; bitte warten Sie auf die nächste Seite.`,
  way: "Ihre Antwort nimmt einen geschützten Weg zum Absender, und niemand sonst bekommt sie.",
  button: "Antwort senden",
  back: "Zurück zur Nachricht",
  sentOn: (on) => `Sie haben am ${on} geantwortet.`,
  left: (replies) =>
    replies === 1
      ? "Sie können noch 1 Antwort senden."
      : `Sie können noch ${replies} Antworten senden.`,
  error: (files, size) => ({
    empty: `Bitte schreiben Sie zuerst etwas${files === 0 ? "" : " oder wählen Sie eine Datei aus"}.`,
    tooLong: "Ihr Text ist zu lang. Bitte kürzen Sie ihn auf 20.000 Zeichen.",
    files: `Das sind zu viele Dateien. Mit einer Antwort ${files === 1 ? "kann eine Datei" : `können bis zu ${files} Dateien`} gehen.`,
    size: `Ihre Dateien sind zu groß. Zusammen dürfen sie bis zu ${size} haben.`,
    tooMany:
      "Von Ihrem Anschluss kam in der letzten Stunde sehr viel. Bitte versuchen Sie es in einer Stunde noch einmal.",
    busy: "Gerade ist sehr viel los. Bitte senden Sie Ihre Antwort in einer Minute noch einmal.",
    again:
      "Inzwischen wurde eine Antwort gesendet, vielleicht genau diese. Senden Sie nur, wenn sie als weitere Antwort gehen soll.",
    broken:
      "Ihre Antwort kam nicht vollständig an, und es wurde nichts gesendet. Bitte senden Sie sie noch einmal.",
    late: "Ihre Dateien brauchten zu lange, und es wurde nichts gesendet. Bitte versuchen Sie es mit kleineren oder über eine schnellere Verbindung.",
    trouble:
      "Ihre Antwort ließ sich nicht speichern, und es wurde nichts gesendet. Bitte versuchen Sie es in einigen Minuten noch einmal.",
  }),
  chooseAgain: "Ihre Dateien sind nicht mitgekommen: Bitte wählen Sie sie noch einmal aus.",
  sent: (sender) => ({
    title: "Ihre Antwort ist unterwegs",
    paragraphs: [
      `Sie ist sicher gespeichert und geht gleich an ${sender}.`,
      "Sie brauchen nichts weiter zu tun. Eine Kopie für Sie wird nicht verschickt.",
    ],
  }),
  theSender: "den Absender",
  closed:
    "Die Nachricht ist vielleicht schon geschlossen. Um sie wieder zu lesen, öffnen Sie noch einmal den Link in der E\u2011Mail und geben den Code ein.",
  enough: (sender) => ({
    title: "Keine weitere Antwort auf diese Nachricht",
    paragraphs: [
      "Sie haben so viele Antworten gesendet, wie eine Nachricht erlaubt. Alle wurden weitergegeben.",
      `Gibt es noch etwas zu sagen, bitten Sie ${sender} um eine neue Nachricht.`,
    ],
  }),
  tooLarge: {
    title: "Das war zu viel für eine Antwort",
    paragraphs: [
      "Es wurde nichts gesendet. Bitte gehen Sie im Browser zurück, dort steht Ihr Text noch, und kürzen Sie ihn auf 20.000 Zeichen.",
    ],
  },
  unread: {
    again: {
      title: "Ihre Antwort konnte nicht gelesen werden",
      paragraphs: [
        "Gerade ist sehr viel los: Wir konnten Ihren Text nicht annehmen, und es wurde nichts gesendet. Nur Ihr Browser hat ihn noch, solange Sie diese Seite nicht verlassen.",
        "Bitte laden Sie diese Seite in einer Minute neu (F5 oder der runde Pfeil). Ihr Browser fragt vielleicht, ob er das Formular noch einmal senden soll; stimmen Sie zu, dann sendet er Ihre Antwort noch einmal, mit ihren Dateien.",
      ],
    },
    back: {
      title: "Gerade ist sehr viel los",
      paragraphs: [
        "Wir konnten Ihren Text nicht lesen, und es wurde nichts gesendet. Nur Ihr Browser hat ihn noch, solange Sie diese Seite nicht verlassen.",
        "Bitte laden Sie diese Seite in einer Minute neu (F5 oder der runde Pfeil). Ihr Browser fragt vielleicht, ob er das Formular noch einmal senden soll; stimmen Sie zu, dann bekommen Sie Ihren Text zurück.",
      ],
    },
  },
  kept: {
    title: "Ihre Antwort wurde nicht gesendet",
    paragraphs: [
      "Die Nachricht war zu Ihrem Schutz schon geschlossen. Ihr Text ist nicht verloren: Kopieren Sie ihn aus dem Feld unten.",
      "Öffnen Sie dann den Link in der E\u2011Mail noch einmal, geben Sie den Code ein und fügen Sie Ihren Text in die Antwort ein.",
    ],
  },
  keptAgain: {
    title: "Inzwischen wurde eine Antwort gesendet",
    paragraphs: [
      "Vielleicht ist es genau diese, dann brauchen Sie nichts weiter zu tun. Die Nachricht ist geschlossen.",
      "Soll Ihr Text als weitere Antwort gehen, kopieren Sie ihn aus dem Feld unten. Öffnen Sie dann den Link in der E\u2011Mail noch einmal, geben Sie den Code ein und fügen Sie ihn dort ein.",
    ],
  },
  keptEmpty: (isAgain) =>
    isAgain
      ? {
          title: "Inzwischen wurde eine Antwort gesendet",
          paragraphs: [
            "Vielleicht ist es genau diese, dann brauchen Sie nichts weiter zu tun. Die Nachricht ist geschlossen.",
            "Um noch eine Antwort zu senden, öffnen Sie den Link in der E\u2011Mail noch einmal und geben den Code ein.",
          ],
        }
      : {
          title: "Ihre Antwort wurde nicht gesendet",
          paragraphs: [
            "Die Nachricht war zu Ihrem Schutz schon geschlossen.",
            "Bitte öffnen Sie den Link in der E\u2011Mail noch einmal, geben Sie den Code ein und senden Sie Ihre Antwort von dort.",
          ],
        },
  keptLabel: "Ihr Text zum Kopieren",
  keptFiles: "Ihre Dateien wurden nicht aufbewahrt. Bitte wählen Sie sie dort noch einmal aus.",
};

const wordsOf: Readonly<Record<Language, ReplyWords>> = { de: german, en: english };

export function replyWordsIn(language: Language): ReplyWords {
  return wordsOf[language];
}
