/** The portal's sentences in English. Short, plain and kind; the shape is in `words.ts`. */
import type { CodeErrorWords, FormWords, MessageWords, Words } from "./words.ts";

const form: FormWords = {
  title: "You have a confidential message",
  from: "From",
  to: "To",
  sent: "Sent",
  until: "Available until",
  label: "Enter the code for this message",
  hint: "12 letters and digits. Capitals, spaces and dashes do not matter.",
  open: "Open the message",
  whereTitle: "Where do I get the code?",
  where: (sender) =>
    `From the person who wrote to you (${sender}): by phone, by text message or in person.`,
  never:
    "We never send you the code by e\u2011mail, and we never ask for the password of your mailbox or any other password.",
  noCodeTitle: "No code?",
  noCode:
    "Please ask the sender. If you call, use a phone number that you already know, not one from an e\u2011mail.",
};

const codeError: CodeErrorWords = {
  empty: "Please enter the code.",
  length: "The code has 12 characters; yours has more or fewer.",
  character: "A code has only letters and digits, and never the letter U.",
  check:
    "There is a typing mistake in the code. Please enter it once more, character by character.",
  notCounted: "This did not count as a try.",
  wrong: "This is not the code for this message.",
  left: (tries) => (tries === 1 ? "You have 1 try left." : `You have ${tries} tries left.`),
  wrongAdvice: "Each message has a code of its own. Do link and code belong together?",
};

const message: MessageWords = {
  noSubject: "Message without a subject",
  from: "From",
  to: "To",
  copy: "Copy",
  sent: "Sent",
  and: (more) => `and ${more} more`,
  text: "Message",
  noText: "This message has no text.",
  textTooLong: "The text is too long to be shown here. Please save the original message.",
  tooLarge:
    "This message is too large to be shown here. You can save the original and open it with your mail program.",
  unreadable:
    "This message cannot be shown here. You can save the original and open it with your mail program.",
  asText: "Show as plain text",
  asHtml: "Show with formatting",
  remote: (pictures) =>
    pictures === 1
      ? "For your privacy, 1 picture or style from another server was not loaded."
      : `For your privacy, ${pictures} pictures or styles from other servers were not loaded.`,
  attachments: (count) => (count === 1 ? "1 attachment" : `${count} attachments`),
  attachmentFallback: (number) => `attachment-${number}`,
  pictures: (count) =>
    count === 1 ? "1 picture within the text" : `${count} pictures within the text`,
  moreAttachments: (more) => `${more} more are in the original message, which you can save.`,
  save: "Save",
  original: "The original message (.eml)",
  originalHint: "The complete mail with all attachments, for your mail program.",
  close: "Close the message",
  session: (until) =>
    `After 15 minutes without use you need the code again. Close the message before you leave. Available until ${until}.`,
};

export const wordsEnglish: Words = {
  brand: "Confidential message",
  errorPrefix: "Error",
  again: "Try again",
  otherLanguage: { language: "de", name: "Deutsch" },
  landing: {
    title: "Confidential messages",
    paragraphs: [
      "Here you can read messages that were too confidential for an ordinary e\u2011mail.",
      "To open a message, use the link in the e\u2011mail you were sent. The code comes from the sender: by phone, by text message or in person.",
      "We never ask for the password of your mailbox or any other password.",
    ],
  },
  about: {
    title: "What is this?",
    paragraphs: [
      "Some messages are too confidential for an ordinary e\u2011mail. Where an e\u2011mail could not travel to your mailbox safely, it is kept here encrypted instead, and you get a short e\u2011mail with a link.",
      "To open the message you need two things: the link from the e\u2011mail, and the code that the sender gives you by phone, by text message or in person. Without both, nobody can read what is stored here. When its time is over, the message is deleted.",
      "You need no account and install nothing. These pages show no advertising and follow nobody; there is a cookie only while a message is open. We never ask for a password. If you doubt that an e\u2011mail is genuine, call the sender, at a number that you already know.",
    ],
  },
  aboutLink: "What is this?",
  imprint: "Legal notice",
  privacy: "Privacy",
  accessibility: "Accessibility",
  helpTitle: "Questions about this page?",
  form,
  codeError,
  notice: {
    paused: (until, sender) => ({
      title: "Please take a short break",
      paragraphs: [
        "A wrong code was entered too often. To protect the message, no code is accepted from your connection for a while.",
        `You can try again at ${until}. The message is not lost.`,
        `Please use the time to check the code with the sender (${sender}).`,
      ],
    }),
    locked: (until, sender) => ({
      title: "This message is locked",
      paragraphs: [
        `A wrong code was entered too often. To protect the message, even the right code does not open it until ${until}.`,
        `If it is urgent, call the sender (${sender}), who can lift the lock at once and tell you the code again.`,
      ],
    }),
    lockedForGood: (sender) => ({
      title: "This message needs a new code",
      paragraphs: [
        "A wrong code was entered very often. To protect the message, its code is no longer valid.",
        `Please call the sender (${sender}), who can make a new code for the same link.`,
      ],
    }),
    recalled: (on, sender) => ({
      title: "This message was taken back",
      paragraphs: [
        `The sender took it back on ${on}. Its content has been deleted.`,
        `You have done nothing wrong. If you have questions, please ask the sender (${sender}).`,
      ],
    }),
    expired: (on, sender) => ({
      title: "This message is no longer available",
      paragraphs: [
        `It could be read until ${on}.`,
        `If you still need it, please ask the sender (${sender}) to send it again.`,
      ],
    }),
    unknownLink: {
      title: "There is no message at this link",
      paragraphs: [
        "Perhaps the link is incomplete: some mail programs break long links. Please open it from the e\u2011mail again, or copy the whole link into the address bar.",
        "Perhaps the sender has taken the message back, or it has been deleted because its time is over. The sender can send it again.",
      ],
    },
    sessionEnded: {
      title: "The message was closed",
      paragraphs: [
        "Perhaps you closed it yourself. For your protection a message also closes after 15 minutes without use, and after an hour in any case.",
        "To go on reading, open the link in the e\u2011mail again and enter the code.",
      ],
    },
    closed: {
      title: "The message is closed",
      paragraphs: [
        "Nobody can read it on this device without the code. Files that you saved stay where you saved them.",
        "To read it again, open the link in the e\u2011mail and enter the code.",
      ],
    },
    busy: {
      title: "Very busy right now",
      paragraphs: [
        "Many messages are being opened at the moment. Please try again in a minute.",
        "Nothing was counted as a try.",
      ],
    },
    trouble: {
      title: "This does not work at the moment",
      paragraphs: [
        "The trouble is on our side. Your message is safe. Please try again in a few minutes.",
      ],
    },
    notFound: {
      title: "This page does not exist",
      paragraphs: ["Please open the link in the e\u2011mail you were sent once more."],
    },
    badRequest: {
      title: "That did not work",
      paragraphs: [
        "Your browser sent something this page does not understand. Please open the link in the e\u2011mail again.",
      ],
    },
    tooLarge: {
      title: "That was too much",
      paragraphs: [
        "Please enter nothing but the code with its 12 characters. Open the link in the e\u2011mail again to do so.",
      ],
    },
    damaged: {
      title: "This message cannot be opened",
      paragraphs: [
        "The trouble is on our side: the stored message is damaged. Please ask the sender to send it again.",
      ],
    },
    fault: {
      title: "Something went wrong",
      paragraphs: [
        "The trouble is on our side and has been noted. Please try again later; if it keeps happening, tell the sender.",
      ],
    },
  },
  message,
};
