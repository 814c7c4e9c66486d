/** The sender's pages in English; the shape is in `manage-words.ts`. */
import type { ManageWords } from "./manage-words.ts";

export const manageWordsEnglish: ManageWords = {
  title: "Your sealed message",
  intro: "This page belongs to you, the sender. It shows nothing of what you wrote.",
  to: "To",
  sent: "Sent",
  until: "Available until",
  opened: "Opened",
  notOpened: "not yet",
  openedFirst: (on) => `first on ${on}`,
  state: "State",
  available: "can be opened with link and code",
  lockedUntil: (until) => `locked until ${until}, after too many wrong codes`,
  lockedForGood: "locked after very many wrong codes; it needs a new code",
  recalledOn: (on) => `taken back on ${on}; its content has been deleted`,
  expired: "no longer available; its time is over",
  wrongCodes: "Wrong codes",
  number: "Message number",
  back: "Back to the overview",
  choose: "Please choose how long. Nothing has been changed.",
  noneLater: "It cannot be kept longer: a year from now is the most there is.",
  chooseLegend: "Available for",
  choice: (days, until) => `${days} days from now, until ${until}`,
  action: {
    renew: {
      link: "Make a new code",
      title: "Make a new code?",
      what: [
        "The recipient keeps the same link. The present code stops working at once, also on a page that is open.",
        "The new code is shown once on the next page. You then tell it to the recipient: by phone, by text message or in person.",
      ],
      button: "Make a new code",
      done: "There is a new code.",
    },
    extend: {
      link: "Keep it available longer",
      title: "How long should it be available?",
      what: ["Link and code stay the same. When the time is over, the message is deleted."],
      button: "Change the end",
      done: "The end has been changed.",
    },
    unlock: {
      link: "Lift the lock",
      title: "Lift the lock?",
      what: [
        "Wrong codes were entered. After this, the recipient can try at once, with all tries and from any place.",
        "Please do this only when you have spoken to the recipient. If it was somebody else who tried, make a new code as well.",
      ],
      button: "Lift the lock",
      done: "The recipient can try again.",
    },
    forget: {
      link: "Forget the agreed code",
      title: "Forget the agreed code?",
      what: [
        "Later messages from your organisation to this recipient then have a code of their own again.",
        "The messages they already have still open with the agreed one.",
      ],
      button: "Forget the code",
      done: "The agreed code is forgotten.",
    },
    recall: {
      link: "Take the message back",
      title: "Take the message back?",
      what: [
        "The message and its attachments are deleted here. The link then says that you took it back.",
        "What the recipient has already read or saved stays with them. Replies that were sent stay sent. This cannot be undone.",
      ],
      button: "Take the message back",
      done: "The message has been taken back.",
    },
  },
  giveTriesBack: {
    link: "Allow all tries again",
    title: "Allow all tries again?",
    what: [
      "Wrong codes were entered. The message is not locked, but a connection may have to pause. After this, the recipient can try again at once.",
      "Please do this only when you have spoken to the recipient. If it was somebody else who tried, make a new code as well.",
    ],
    button: "Allow all tries",
    done: "The recipient can try again.",
  },
  renewed: {
    title: "This is the new code",
    spoken: "Spoken",
    checkWords: "The page must show",
    once: "Please write it down now: it is not shown again. The old code opens nothing any more.",
    tell: "Tell it to the recipient by phone, by text message or in person, never by e\u2011mail.",
  },
  outdated: {
    title: "A new code was made meanwhile",
    paragraphs: [
      "Perhaps the button was pressed twice, or the page was loaded again. The code that was shown first is valid.",
      "If you did not write it down, go back to the overview and make another one.",
    ],
  },
  over: {
    title: "There is nothing left to be done",
    paragraphs: ["The message was taken back, or its time is over. The overview says which."],
  },
  stillLocked: {
    title: "The lock cannot be lifted",
    paragraphs: [
      "So many wrong codes were entered that this code is no longer safe. Please make a new code; that opens the message again.",
    ],
  },
  unknownLink: {
    title: "There is no message at this link",
    paragraphs: [
      "Perhaps the link is incomplete: please open it from the e\u2011mail with the codes again.",
      "Perhaps the message has been deleted because its time is over.",
    ],
  },
  tooMany: {
    title: "Please take a break",
    paragraphs: [
      "Too many links from your connection led to nothing. Please try again in an hour.",
    ],
  },
  noCode: {
    link: "I have no code",
    title: "Ask the sender for the code?",
    what: [
      "The sender gets a short e\u2011mail that says you are waiting for the code for this message.",
      "The sender then calls you or writes a text message. The code never comes by e\u2011mail.",
    ],
    button: "Tell the sender",
    back: "Back to the field for the code",
    noted: {
      title: "The sender will be told",
      paragraphs: [
        "You need do nothing more here. When you have the code, open the link in the e\u2011mail again.",
      ],
    },
    enough: {
      title: "The sender has been told already",
      paragraphs: [
        "Twice a day is the most, so that nobody is bothered. If it is urgent, please call the sender.",
      ],
    },
    tooOften: {
      title: "Please call the sender",
      paragraphs: [
        "The sender was not told this time: codes were asked for too often today. The limit is there so that nobody is bothered.",
      ],
    },
    networkFull: {
      title: "Please ask again in an hour",
      paragraphs: [
        "The sender was not told this time: codes were asked for too often from your connection. Please try again in an hour. If it is urgent, please call the sender.",
      ],
    },
  },
  checkWords: "Check words",
  checkWordsHint:
    "The sender tells you these with the code. If theirs differ, do not type the code; call the sender.",
};
