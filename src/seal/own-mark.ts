/**
 * The mark by which mxseal knows its own mail again when Postfix offers it a second time
 * (`postsuper -r`, a restored queue): a keyed hash over what it is, for whom, its subject, the fields
 * that describe its body, and that. A copied mark on another body, under another subject, or for
 * another recipient, is no mark. What goes to a sender of ours (codes, replies, notices) is known for
 * every recipient: an alias may lead it out, and it must neither leave nor be lost there.
 */
import { createHash, createHmac, type Hash, timingSafeEqual } from "node:crypto";
import { type HeaderField, headerText } from "../mime/header.ts";

export const markHeader = "X-MXSeal-Id";

/**
 * `notice`: took a sealed message's place. `report`: a rebuilt delivery report. `code`: a code mail.
 * `reply`: a recipient's answer from the portal. `told`: tells the sender of a sealed message.
 * `about`: reminds its recipient, with neither link nor code.
 */
const markKinds = ["notice", "report", "code", "told", "about", "reply"] as const;
export type MarkKind = (typeof markKinds)[number];

export interface Mark {
  readonly kind: MarkKind;
  /** Public identifier; letters, digits, dashes. */
  readonly id: string;
}

const markPattern = /^([a-z]{1,20}):([A-Za-z0-9-]{1,64}), ([0-9a-f]{64})$/;

export interface MarkedMail extends Mark {
  /** Envelope recipient; of no account for what `staysInside`. */
  readonly recipient: string;
  /** Its header; of no account either for what `staysInside`. */
  readonly fields: readonly HeaderField[];
  /** SHA-256 of the body with CR LF line ends. */
  readonly bodyHash: Buffer;
}

/** The header's value, without its leading blank. */
export function formatMark(markKey: Buffer, mail: MarkedMail): string {
  return `${mail.kind}:${mail.id}, ${macOf(markKey, mail)}`;
}

type Marked = Pick<MarkedMail, "recipient" | "fields" | "bodyHash">;

/** As many as are looked at; a mail of ours has one. */
const maxMarks = 10;

/**
 * What a mail is that bears a mark of ours for exactly this recipient, subject and body. One that may
 * leave bears no other field of that name, which would leave with it.
 */
export function readMark(markKey: Buffer, mail: Marked): Mark | undefined {
  const values = mail.fields
    .filter(({ name }) => name.toLowerCase() === markHeader.toLowerCase())
    .map(({ value }) => value);
  for (const value of values.slice(0, maxMarks)) {
    const mark = verifyMark(markKey, value, mail);
    if (mark !== undefined) return staysInside(mark) || values.length === 1 ? mark : undefined;
  }
  return undefined;
}

/** What the mail is, when `value` is our mark for exactly this recipient, subject and body. */
export function verifyMark(markKey: Buffer, value: string, mail: Marked): Mark | undefined {
  const [, word, id, mac] = markPattern.exec(value.trim()) ?? [];
  const kind = markKinds.find((known) => known === word);
  if (kind === undefined || id === undefined || mac === undefined) return undefined;
  const expected = Buffer.from(macOf(markKey, { kind, id, ...mail }), "hex");
  return timingSafeEqual(expected, Buffer.from(mac, "hex")) ? { kind, id } : undefined;
}

/** Whether it is for our own people alone: it may not leave, whoever it is addressed to. */
export function staysInside({ kind }: Pick<Mark, "kind">): boolean {
  return kind === "code" || kind === "told" || kind === "reply";
}

export function bodyHashOf(body: Buffer): Buffer {
  return createHash("sha256").update(body).digest();
}

export function newBodyHash(): Hash {
  return createHash("sha256");
}

function macOf(markKey: Buffer, mail: MarkedMail): string {
  return createHmac("sha256", markKey)
    .update(`mxseal/mark/v2\0${mail.kind}\0${mail.id}\0`)
    .update(mail.bodyHash)
    .update(staysInside(mail) ? "" : JSON.stringify([mail.recipient, boundTexts(mail.fields)]))
    .digest("hex");
}

/** What an original may not keep and our mails have of their own. */
export const boundNames: readonly string[] = [
  "subject",
  "mime-version",
  "content-type",
  "content-transfer-encoding",
  "x-auto-response-suppress",
];

function boundTexts(fields: readonly HeaderField[]): readonly (readonly string[])[] {
  return boundNames.map((name) =>
    fields
      .filter((field) => field.name.toLowerCase() === name)
      .map(({ value }) => headerText(value)),
  );
}
