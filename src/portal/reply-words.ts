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
  readonly hint: string;
  readonly way: string;
  readonly button: string;
  readonly back: string;
  readonly sentOn: (on: string) => string;
  readonly left: (replies: number) => string;
  readonly error: Readonly<Record<ReplyFault, string>>;
  readonly sent: (sender: string) => NoticeWords;
  readonly enough: (sender: string) => NoticeWords;
  readonly tooLarge: NoticeWords;
  readonly kept: NoticeWords;
  readonly keptLabel: string;
}

/** Why a form comes back; its text is still in it. */
export type ReplyFault = "empty" | "tooLong" | "tooMany" | "busy" | "again";

const english: ReplyWords = {
  link: "Write a reply",
  title: "Your reply",
  to: "To",
  subject: "Subject",
  label: "Your text",
  hint: "Text only, up to 20,000 characters. Please send it within 15 minutes; after that the message closes.",
  way: "Your reply takes a protected way to the sender, and nobody else gets it.",
  button: "Send the reply",
  back: "Back to the message",
  sentOn: (on) => `You replied on ${on}.`,
  left: (replies) =>
    replies === 1 ? "You can send 1 more reply." : `You can send ${replies} more replies.`,
  error: {
    empty: "Please write something first.",
    tooLong: "Your text is too long. Please shorten it to 20,000 characters.",
    tooMany:
      "Many replies came from your connection within the last hour. Please try again in an hour.",
    busy: "Very busy right now. Please send your reply again in a minute.",
    again:
      "A reply was sent meanwhile, perhaps this very one. Send it only if it is to go as another reply.",
  },
  sent: (sender) => ({
    title: "Your reply is on its way",
    paragraphs: [
      `It is stored safely and goes to ${sender} at once.`,
      "You need not do anything else. A copy for yourself is not sent.",
    ],
  }),
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
  kept: {
    title: "Your reply was not sent",
    paragraphs: [
      "The message had closed before, for your protection. Your text is not lost: copy it from the field below.",
      "Then open the link in the e\u2011mail again, enter the code and paste your text into the reply.",
    ],
  },
  keptLabel: "Your text, to be copied",
};

const german: ReplyWords = {
  link: "Antwort schreiben",
  title: "Ihre Antwort",
  to: "An",
  subject: "Betreff",
  label: "Ihr Text",
  hint: "Nur Text, bis zu 20.000 Zeichen. Bitte senden Sie ihn innerhalb von 15 Minuten; danach schließt sich die Nachricht.",
  way: "Ihre Antwort nimmt einen geschützten Weg zum Absender, und niemand sonst bekommt sie.",
  button: "Antwort senden",
  back: "Zurück zur Nachricht",
  sentOn: (on) => `Sie haben am ${on} geantwortet.`,
  left: (replies) =>
    replies === 1
      ? "Sie können noch 1 Antwort senden."
      : `Sie können noch ${replies} Antworten senden.`,
  error: {
    empty: "Bitte schreiben Sie zuerst etwas.",
    tooLong: "Ihr Text ist zu lang. Bitte kürzen Sie ihn auf 20.000 Zeichen.",
    tooMany:
      "Von Ihrem Anschluss kamen in der letzten Stunde viele Antworten. Bitte versuchen Sie es in einer Stunde noch einmal.",
    busy: "Gerade ist sehr viel los. Bitte senden Sie Ihre Antwort in einer Minute noch einmal.",
    again:
      "Inzwischen wurde eine Antwort gesendet, vielleicht genau diese. Senden Sie nur, wenn sie als weitere Antwort gehen soll.",
  },
  sent: (sender) => ({
    title: "Ihre Antwort ist unterwegs",
    paragraphs: [
      `Sie ist sicher gespeichert und geht gleich an ${sender}.`,
      "Sie brauchen nichts weiter zu tun. Eine Kopie für Sie wird nicht verschickt.",
    ],
  }),
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
  kept: {
    title: "Ihre Antwort wurde nicht gesendet",
    paragraphs: [
      "Die Nachricht hatte sich vorher zu Ihrem Schutz geschlossen. Ihr Text ist nicht verloren: Kopieren Sie ihn aus dem Feld unten.",
      "Öffnen Sie dann den Link in der E\u2011Mail noch einmal, geben Sie den Code ein und fügen Sie Ihren Text in die Antwort ein.",
    ],
  },
  keptLabel: "Ihr Text zum Kopieren",
};

const wordsOf: Readonly<Record<Language, ReplyWords>> = { de: german, en: english };

export function replyWordsIn(language: Language): ReplyWords {
  return wordsOf[language];
}
