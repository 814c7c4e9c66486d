/** The subject of a notification: a sentence of ours, the administrator's, or the original's own. */
import { decodeWords } from "postal-mime";
import { displayLine } from "../base/display-line.ts";
import { findHeader, type HeaderField, headerText } from "./header.ts";
import type { NotificationFrame } from "./notification-frame.ts";
import { notificationWords } from "./notification-words.ts";
import type { NotificationStyle } from "./template-style.ts";
import { fillSubject } from "./template-subject.ts";

/** Of a kept subject; what is longer is of no help in a list of mails. */
const maxKeptLength = 250;
const maxFieldLength = 8000;

/** One line for people, not yet encoded. `fields`: the original's. */
export function notificationSubject(
  fields: readonly HeaderField[],
  facts: Pick<NotificationFrame, "author" | "id">,
  style: NotificationStyle,
): string {
  const kept = style.subjectMode === "keep" ? keptSubject(fields) : "";
  return kept === "" ? templateSubject(facts, style) : kept;
}

function keptSubject(fields: readonly HeaderField[]): string {
  const value = headerText(findHeader(fields, "subject") ?? "").slice(0, maxFieldLength);
  return displayLine(decodeWords(value), maxKeptLength);
}

function templateSubject(
  { author, id }: Pick<NotificationFrame, "author" | "id">,
  style: NotificationStyle,
): string {
  const organisation = displayLine(style.organisation, 200);
  const values = { name: author.name, address: author.address, number: id, organisation };
  const lines = style.languages.map((language) => {
    const text = style.subject?.[language];
    return text === undefined
      ? notificationWords[language].subject(author.name)
      : fillSubject(text, values);
  });
  return [...new Set(lines)].join(" / ");
}
