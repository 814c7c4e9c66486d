/** The sender's pages in German; the shape is in `manage-words.ts`. */
import type { ManageWords } from "./manage-words.ts";

export const manageWordsGerman: ManageWords = {
  title: "Ihre geschützte Nachricht",
  intro: "Diese Seite gehört Ihnen, dem Absender. Vom Inhalt der Nachricht zeigt sie nichts.",
  to: "An",
  sent: "Gesendet",
  until: "Abrufbar bis",
  opened: "Geöffnet",
  notOpened: "noch nicht",
  openedFirst: (on) => `zuerst am ${on}`,
  state: "Status",
  available: "lässt sich mit Link und Code öffnen",
  lockedUntil: (until) => `gesperrt bis ${until}, nach zu vielen falschen Codes`,
  lockedForGood: "gesperrt nach sehr vielen falschen Codes; sie braucht einen neuen Code",
  recalledOn: (on) => `zurückgezogen am ${on}; der Inhalt ist gelöscht`,
  expired: "nicht mehr abrufbar; die Zeit ist um",
  wrongCodes: "Falsche Codes",
  number: "Nummer der Nachricht",
  back: "Zurück zur Übersicht",
  choose: "Bitte wählen Sie, wie lange. Es wurde nichts geändert.",
  noneLater: "Länger geht es nicht: Mehr als ein Jahr ab jetzt ist nicht möglich.",
  chooseLegend: "Abrufbar für",
  choice: (days, until) => `${days} Tage ab jetzt, bis ${until}`,
  action: {
    renew: {
      link: "Neuen Code erzeugen",
      title: "Einen neuen Code erzeugen?",
      what: [
        "Der Empfänger behält denselben Link. Der bisherige Code gilt sofort nicht mehr, auch nicht auf einer Seite, die noch offen ist.",
        "Der neue Code steht einmal auf der nächsten Seite. Sie nennen ihn dann dem Empfänger: am Telefon, per SMS oder persönlich.",
      ],
      button: "Neuen Code erzeugen",
      done: "Es gibt einen neuen Code.",
    },
    extend: {
      link: "Länger abrufbar machen",
      title: "Wie lange soll sie abrufbar sein?",
      what: ["Link und Code bleiben gleich. Ist die Zeit um, wird die Nachricht gelöscht."],
      button: "Ende ändern",
      done: "Das Ende ist geändert.",
    },
    unlock: {
      link: "Sperre aufheben",
      title: "Die Sperre aufheben?",
      what: [
        "Es wurden falsche Codes eingegeben. Danach kann der Empfänger es sofort wieder versuchen, mit allen Versuchen und von jedem Ort.",
        "Bitte tun Sie das nur, wenn Sie mit dem Empfänger gesprochen haben. War es jemand anderes, erzeugen Sie auch einen neuen Code.",
      ],
      button: "Sperre aufheben",
      done: "Der Empfänger kann es wieder versuchen.",
    },
    forget: {
      link: "Vereinbarten Code vergessen",
      title: "Den vereinbarten Code vergessen?",
      what: [
        "Spätere Nachrichten aus Ihrem Haus an diesen Empfänger haben dann wieder jede ihren eigenen Code.",
        "Die Nachrichten, die er schon hat, öffnen sich weiter mit dem vereinbarten.",
      ],
      button: "Code vergessen",
      done: "Der vereinbarte Code ist vergessen.",
    },
    recall: {
      link: "Nachricht zurückziehen",
      title: "Die Nachricht zurückziehen?",
      what: [
        "Die Nachricht wird hier mit ihren Anhängen gelöscht. Der Link sagt dann, dass Sie sie zurückgezogen haben.",
        "Was der Empfänger schon gelesen oder gespeichert hat, bleibt bei ihm. Antworten, die er schon gesendet hat, bleiben gesendet. Das lässt sich nicht rückgängig machen.",
      ],
      button: "Nachricht zurückziehen",
      done: "Die Nachricht ist zurückgezogen.",
    },
  },
  giveTriesBack: {
    link: "Alle Versuche wieder freigeben",
    title: "Alle Versuche wieder freigeben?",
    what: [
      "Es wurden falsche Codes eingegeben. Gesperrt ist die Nachricht nicht, aber vielleicht macht ein Anschluss gerade eine Pause. Danach kann der Empfänger es sofort wieder versuchen.",
      "Bitte tun Sie das nur, wenn Sie mit dem Empfänger gesprochen haben. War es jemand anderes, erzeugen Sie auch einen neuen Code.",
    ],
    button: "Versuche freigeben",
    done: "Der Empfänger kann es wieder versuchen.",
  },
  renewed: {
    title: "Das ist der neue Code",
    spoken: "Zum Vorlesen",
    checkWords: "Die Seite muss zeigen",
    once: "Bitte schreiben Sie ihn jetzt auf: Er wird nicht noch einmal gezeigt. Der alte Code öffnet nichts mehr.",
    tell: "Nennen Sie ihn dem Empfänger am Telefon, per SMS oder persönlich, nie per E\u2011Mail.",
  },
  outdated: {
    title: "Inzwischen gibt es einen neuen Code",
    paragraphs: [
      "Vielleicht wurde der Knopf zweimal gedrückt oder die Seite neu geladen. Es gilt der Code, der zuerst gezeigt wurde.",
      "Haben Sie ihn nicht aufgeschrieben, gehen Sie zurück zur Übersicht und erzeugen Sie noch einen.",
    ],
  },
  over: {
    title: "Hier ist nichts mehr zu tun",
    paragraphs: [
      "Die Nachricht wurde zurückgezogen, oder ihre Zeit ist um. Die Übersicht sagt, was davon.",
    ],
  },
  stillLocked: {
    title: "Die Sperre lässt sich nicht aufheben",
    paragraphs: [
      "Es wurden so viele falsche Codes eingegeben, dass dieser Code nicht mehr sicher ist. Bitte erzeugen Sie einen neuen Code; damit öffnet sich die Nachricht wieder.",
    ],
  },
  unknownLink: {
    title: "Zu diesem Link gibt es keine Nachricht",
    paragraphs: [
      "Vielleicht ist der Link unvollständig: Bitte öffnen Sie ihn noch einmal aus der E\u2011Mail mit den Codes.",
      "Vielleicht wurde die Nachricht gelöscht, weil ihre Zeit um ist.",
    ],
  },
  tooMany: {
    title: "Bitte machen Sie eine Pause",
    paragraphs: [
      "Zu viele Links von Ihrem Anschluss führten ins Leere. Bitte versuchen Sie es in einer Stunde wieder.",
    ],
  },
  noCode: {
    link: "Ich habe keinen Code",
    title: "Den Absender nach dem Code fragen?",
    what: [
      "Der Absender bekommt eine kurze E\u2011Mail: dass Sie auf den Code für diese Nachricht warten.",
      "Er ruft Sie dann an oder schreibt eine SMS. Der Code kommt nie per E\u2011Mail.",
    ],
    button: "Absender benachrichtigen",
    back: "Zurück zum Feld für den Code",
    noted: {
      title: "Der Absender bekommt Bescheid",
      paragraphs: [
        "Mehr müssen Sie hier nicht tun. Wenn Sie den Code haben, öffnen Sie den Link in der E\u2011Mail noch einmal.",
      ],
    },
    enough: {
      title: "Der Absender weiß schon Bescheid",
      paragraphs: [
        "Mehr als zweimal am Tag geht nicht, damit niemand belästigt wird. Wenn es eilt, rufen Sie den Absender an.",
      ],
    },
    tooOften: {
      title: "Bitte rufen Sie den Absender an",
      paragraphs: [
        "Diesmal bekam der Absender keinen Bescheid: Heute wurde schon zu oft nach Codes gefragt. Die Grenze gibt es, damit niemand belästigt wird.",
      ],
    },
    networkFull: {
      title: "Bitte fragen Sie in einer Stunde wieder",
      paragraphs: [
        "Diesmal bekam der Absender keinen Bescheid: Von Ihrem Anschluss wurde zu oft nach Codes gefragt. Bitte versuchen Sie es in einer Stunde wieder. Wenn es eilt, rufen Sie den Absender an.",
      ],
    },
  },
  checkWords: "Prüfwörter",
  checkWordsHint:
    "Der Absender nennt sie Ihnen mit dem Code. Nennt er andere: Code nicht eingeben, Absender anrufen.",
};
