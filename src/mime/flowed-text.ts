/**
 * Text in lines of at most 72 columns that a mail program may join again (format=flowed,
 * RFC 3676 §4): a telephone shows paragraphs, a terminal shows lines.
 */
import { wrapText } from "../base/wrap-text.ts";

const width = 72;

/** `text`: one line per paragraph, ended by LF. A word longer than a line, a link say, stays whole. */
export function flowText(text: string): string {
  return text.split("\n").map(flowLine).join("\n");
}

function flowLine(line: string): string {
  const last = line.trimEnd();
  // One word, indented or not, has nothing to break and keeps its indentation.
  if (!/\S\s+\S/.test(last)) return stuffed(last);
  // The blank at the end of all lines but the last says that the paragraph goes on (§4.2).
  const lines = wrapText(last, { width }).map(stuffed).join(" \n");
  // Two dashes and a blank would begin a signature (§4.3).
  return lines.replace(/^-- \n/gm, "-- ");
}

/** What would be read as a quotation, an indentation or a mailbox's mark (§4.4). */
function stuffed(line: string): string {
  return /^(?: |>|From )/.test(line) ? ` ${line}` : line;
}
