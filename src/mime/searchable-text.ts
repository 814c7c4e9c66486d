/**
 * All that a person may read of a mail, as one text to be searched: subject, both bodies, names of
 * files, files that are text, and mails that are attached, as who forwards one may do.
 */
import { textOfHtml } from "./html-text.ts";
import { decodePart } from "./part-bytes.ts";
import { type ReadableAttachment, type ReadableMessage, readMessage } from "./readable-message.ts";

/** Of mails within mails. */
const deepest = 3;

/** Where the parser gives up, the bytes as they are. */
export async function searchableText(raw: Buffer, depth = 0): Promise<string> {
  const message = await readMessage(raw);
  if (message === undefined) return raw.toString("latin1");
  const parts = [ownText(message)];
  for (const attachment of message.attachments)
    parts.push(await textOfFile(raw, attachment, depth));
  return parts.join("\n");
}

function ownText({ subject, text, html }: ReadableMessage): string {
  return [subject, text, html === undefined ? "" : textOfHtml(html)].join("\n");
}

async function textOfFile(
  raw: Buffer,
  { name = "", mimeType, place }: ReadableAttachment,
  depth: number,
): Promise<string> {
  const isMail = mimeType === "message/rfc822" && depth < deepest;
  if (!isMail && !mimeType.startsWith("text/")) return name;
  const bytes = decodePart(raw, place);
  if (isMail) return `${name}\n${await searchableText(bytes, depth + 1)}`;
  const text = bytes.toString("utf8");
  return `${name}\n${mimeType === "text/html" ? textOfHtml(text) : text}`;
}
