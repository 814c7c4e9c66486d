/**
 * All that a person may read of a mail, as one text to be searched: subject, both bodies, names of
 * files, files that are text, and mails that are attached, as who forwards one may do.
 */
import { textOfHtml } from "./html-text.ts";
import { type ReadableAttachment, type ReadableMessage, readMessage } from "./readable-message.ts";

/** Of mails within mails. */
const deepest = 3;

/** Where the parser gives up, the bytes as they are. */
export async function searchableText(raw: Buffer, depth = 0): Promise<string> {
  const message = await readMessage(raw);
  if (message === undefined) return raw.toString("latin1");
  const parts = [ownText(message)];
  for (const attachment of message.attachments) parts.push(await textOfFile(attachment, depth));
  return parts.join("\n");
}

function ownText({ subject, text, html }: ReadableMessage): string {
  return [subject, text, html === undefined ? "" : textOfHtml(html)].join("\n");
}

async function textOfFile(
  { name = "", mimeType, bytes }: ReadableAttachment,
  depth: number,
): Promise<string> {
  if (mimeType === "message/rfc822" && depth < deepest) {
    return `${name}\n${await searchableText(bytes, depth + 1)}`;
  }
  if (mimeType === "text/html") return `${name}\n${textOfHtml(bytes.toString("utf8"))}`;
  return mimeType.startsWith("text/") ? `${name}\n${bytes.toString("utf8")}` : name;
}
