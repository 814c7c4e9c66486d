/**
 * What the hold port answers, in SMTP's words. Postfix's side of the hop lets only 5.7.10, 5.1.2
 * and 5.1.10 be permanent (every other 5xx makes the mail wait), so every refusal has one of them.
 * The text goes into the bounce that the sender reads.
 */
import type { SmtpReply } from "milter-ts";
import type { HoldRefusal, HoldWait } from "../gate/hold-message.ts";
import { policyAction } from "./reply.ts";

const waitReplies: Readonly<Record<HoldWait, readonly [enhanced: string, text: string]>> = {
  "many-recipients": ["4.3.5", "One recipient at a time, please; the log of mxseal says more"],
  "no-base-url": ["4.3.5", "Sealing is not configured yet; the log of mxseal says more"],
  misrouted: ["4.3.5", "This domain does not belong here; the log of mxseal says more"],
  "own-code-mail": [
    "4.7.5",
    "A mail with codes or a reply must not leave; the log of mxseal says more",
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
  switch (why.kind) {
    case "decided":
      return decidedReply(why);
    case "no-channel":
      return refusal(
        "Not sent: the recipient's mail servers offer no secure connection, and a sealed message needs a sender of this organisation who can tell its code",
      );
    case "too-large":
      return refusal(
        `Not sent: the recipient's mail servers offer no secure connection, and the message is too large to be sealed (limit ${Math.floor(why.maxBytes / 2 ** 20)} MiB)`,
      );
    case "too-many-fields":
      return refusal(
        `Not sent: the recipient's mail servers offer no secure connection, and the message has too many header fields to be sealed (limit ${why.maxFields})`,
      );
    case "too-long-field":
      return refusal(
        `Not sent: the recipient's mail servers offer no secure connection, and a header field of the message is too long to be sealed (limit ${why.maxBytes} bytes; is it a list of recipients?)`,
      );
    case "recalled":
      return refusal("Not sent: its sender took this message back");
    case "code-leak":
      return refusal(
        `Not sent: this mail holds the code of ${leakedFrom(why.id)}, where the link ${why.id === undefined ? "goes" : "is"}; tell the code by phone, by text message or in person`,
      );
    case "expired":
      return refusal(
        "Not sent again: this message was sealed before and its time is over; please send it anew",
      );
    case "null-sender":
      return refusal(
        "Not sent: the recipient's mail servers offer no secure connection, and mail without a sender cannot be sealed",
      );
  }
}

function leakedFrom(id: string | undefined): string {
  const what = id === undefined ? "later sealed messages" : `the sealed message ${id}`;
  return `${what} to the same recipient`;
}

/** The same words as at RCPT. */
function decidedReply(why: HoldRefusal & { kind: "decided" }): SmtpReply {
  const action = policyAction(why.decision);
  if (action.kind !== "refuse") throw new TypeError(`${why.decision.kind} is no refusal`);
  const [code, enhanced] = action.reply.split(" ");
  return { code: Number(code), enhanced: enhanced ?? "5.7.10", text: action.text };
}

function refusal(text: string): SmtpReply {
  return { code: 550, enhanced: "5.7.10", text };
}
