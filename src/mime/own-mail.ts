/**
 * A whole mail of mxseal's own, as it is handed to Postfix. It tells mail programs and automatic
 * answers that a machine wrote it (RFC 3834 §5).
 */
import { createHash } from "node:crypto";
import { displayLine } from "../base/display-line.ts";
import { composeAlternative } from "./alternative-body.ts";
import { encodeDisplayName, encodeHeaderText } from "./encoded-word.ts";
import { type HeaderField, headerBytes } from "./header.ts";
import type { MailContent } from "./notification-frame.ts";

export interface OwnMailFacts {
  readonly from: string;
  /** Shown beside the From address; empty: mxseal's own. */
  readonly organisation: string;
  readonly to: string;
  /** Where a person's answer goes, when not to `from`. */
  readonly replyTo?: string;
  /** With angle brackets, as `ownMailId` makes it. */
  readonly messageId: string;
  /** Message-ID of the mail it belongs to, with angle brackets; null for none. */
  readonly inReplyTo: string | null;
  readonly nowMs: number;
  /** `auto-replied`: a mail to us brought it about; else an event did (RFC 3834 §5). */
  readonly autoSubmitted: "auto-generated" | "auto-replied";
}

export interface ComposedMail {
  readonly headers: readonly HeaderField[];
  readonly body: Buffer;
}

/**
 * The same `key` always makes the same Message-ID, so that a mail that had to be sent twice is one
 * in its reader's mailbox. The key is one-way hidden in it.
 */
export function ownMailId(key: readonly unknown[], domain: string): string {
  const hash = createHash("sha256").update(JSON.stringify(key)).digest("hex");
  return `<mxseal.${hash.slice(0, 32)}@${domain}>`;
}

export function composeOwnMail(facts: OwnMailFacts, content: MailContent): ComposedMail {
  const { subject, text, html } = content;
  const label = createHash("sha256").update(facts.messageId).digest("hex").slice(0, 16);
  const composed = composeAlternative({ text, html, flowed: true, label });
  return { headers: [...headFields(facts, subject), ...composed.headers], body: composed.body };
}

/** The bytes that are handed to Postfix. */
export function mailBytes(mail: ComposedMail): Buffer {
  return Buffer.concat([headerBytes(mail.headers), Buffer.from("\r\n"), mail.body]);
}

function headFields(facts: OwnMailFacts, subject: string): readonly HeaderField[] {
  const { organisation, replyTo, inReplyTo: reference } = facts;
  const name = organisation === "" ? "mxseal" : displayLine(organisation, 100);
  const fields = [
    ["Date", new Date(facts.nowMs).toUTCString().replace("GMT", "+0000")],
    ["From", `${encodeDisplayName(name)} <${facts.from}>`],
    ...(replyTo === undefined ? [] : [["Reply-To", `<${displayLine(replyTo, 1000)}>`]]),
    ["To", `<${displayLine(facts.to, 1000)}>`],
    ["Subject", encodeHeaderText(subject)],
    ["Message-ID", facts.messageId],
    ...(reference === null
      ? []
      : [
          ["In-Reply-To", reference],
          ["References", reference],
        ]),
    ["Auto-Submitted", facts.autoSubmitted],
    ["X-Auto-Response-Suppress", "All"],
  ];
  return fields.map(([fieldName = "", value = ""]) => ({
    name: fieldName,
    value: ` ${Buffer.from(value).toString("latin1")}`,
  }));
}
