/**
 * What the hold port answers, in SMTP's words. Postfix's side of the hop lets only 5.7.10, 5.1.2
 * and 5.1.10 be permanent (every other 5xx makes the mail wait), so every refusal has one of them.
 * Their text goes into the bounce that the sender reads, in English and German; why mail waits is
 * for administrators.
 */
import type { SmtpReply } from "milter-ts";
import type { HoldRefusal, HoldWait } from "../gate/hold-message.ts";
import { policyAction } from "./reply.ts";
import { inBothLanguages } from "./reply-languages.ts";

const waitReplies: Readonly<Record<HoldWait, readonly [enhanced: string, text: string]>> = {
  "many-recipients": ["4.3.5", "One recipient at a time, please; the log of mxseal says more"],
  "no-base-url": ["4.3.5", "Sealing is not configured yet; the log of mxseal says more"],
  misrouted: ["4.3.5", "This domain does not belong here; the log of mxseal says more"],
  "own-code-mail": [
    "4.7.5",
    "A mail with codes, a notice or a reply must not leave; the log of mxseal says more",
  ],
  "silent-copy": ["4.7.5", "A copy that nobody hears of cannot be sealed"],
  "unproven-sender": ["4.7.5", "The sender's own mail servers did not pass the TLS check"],
  release: ["4.7.5", "The mail may leave another way now, it will be sent again"],
  undecided: ["4.7.5", "The TLS check of the recipient's mail servers is not complete"],
  abandoned: ["4.3.0", "Too late, please try again"],
  trouble: ["4.3.0", "The message could not be sealed now; the log of mxseal says more"],
};

export function holdWaitReply(why: HoldWait): SmtpReply {
  const [enhanced, text] = waitReplies[why];
  return { code: 451, enhanced, text };
}

export function holdRefusalReply(why: HoldRefusal): SmtpReply {
  if (why.kind === "decided") return decidedReply(why);
  const text = inBothLanguages(...refusalTexts(why));
  return { code: 550, enhanced: "5.7.10", text };
}

type Texts = readonly [english: string, german: string];

const insecure: Texts = [
  "Not sent: the recipient's mail servers offer no secure connection, and",
  "Nicht gesendet: Der Empfaenger bietet keine sichere Verbindung, und",
];

function refusalTexts(why: Exclude<HoldRefusal, { readonly kind: "decided" }>): Texts {
  const [english, german] = insecure;
  switch (why.kind) {
    case "no-channel":
      return [
        `${english} a sealed message needs a sender of this organisation who can tell its code`,
        `${german} eine versiegelte Nachricht braucht einen Absender aus diesem Haus, der den Code weitergibt`,
      ];
    case "too-large":
      return [
        `${english} the message is too large to be sealed (limit ${mebibytes(why.maxBytes)} MiB)`,
        `${german} die Nachricht ist zu gross zum Versiegeln (bis ${mebibytes(why.maxBytes)} MiB)`,
      ];
    case "too-many-fields":
      return [
        `${english} the message has too many header fields to be sealed (limit ${why.maxFields})`,
        `${german} die Nachricht hat zu viele Kopfzeilen zum Versiegeln (bis ${why.maxFields})`,
      ];
    case "too-long-field":
      return [
        `${english} a header field of the message is too long to be sealed (limit ${why.maxBytes} bytes; is it a list of recipients?)`,
        `${german} eine Kopfzeile der Nachricht ist zu lang (bis ${why.maxBytes} Byte; eine Liste von Empfaengern?)`,
      ];
    case "recalled":
      return [
        "Not sent: its sender took this message back",
        "Nicht gesendet: Der Absender hat diese Nachricht zurueckgezogen",
      ];
    case "code-leak":
      return codeLeakTexts(why.id);
    case "expired":
      return [
        "Not sent again: this message was sealed before and its time is over; please send it anew",
        "Nicht noch einmal gesendet: Diese Nachricht war schon versiegelt und ist abgelaufen; bitte neu senden",
      ];
    case "null-sender":
      return [
        `${english} mail without a sender cannot be sealed`,
        `${german} eine Mail ohne Absender kann nicht versiegelt werden`,
      ];
  }
}

function codeLeakTexts(id: string | undefined): Texts {
  if (id === undefined) {
    return [
      "Not sent: this mail holds the code of later sealed messages to the same recipient, where the link goes; tell the code by phone, by text message or in person",
      "Nicht gesendet: Diese Mail enthaelt den Code spaeterer versiegelter Nachrichten an denselben Empfaenger, der den Link bekommt; bitte den Code am Telefon, per SMS oder persoenlich nennen",
    ];
  }
  return [
    `Not sent: this mail holds the code of the sealed message ${id} to the same recipient, where the link is; tell the code by phone, by text message or in person`,
    `Nicht gesendet: Diese Mail enthaelt den Code der versiegelten Nachricht ${id} an denselben Empfaenger, der den Link hat; bitte den Code am Telefon, per SMS oder persoenlich nennen`,
  ];
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}

/** The same words as at RCPT. */
function decidedReply(why: HoldRefusal & { kind: "decided" }): SmtpReply {
  const action = policyAction(why.decision);
  if (action.kind !== "refuse") throw new TypeError(`${why.decision.kind} is no refusal`);
  const [code, enhanced] = action.reply.split(" ");
  return { code: Number(code), enhanced: enhanced ?? "5.7.10", text: action.text };
}
