/**
 * The paragraphs of a text/plain part with format=flowed (RFC 3676 §4), of mails that others wrote:
 * lines that go on are joined, quotations stay quotations of their depth. What `flowed-text.ts` does
 * the other way round.
 */
const signatureSeparator = "-- ";

interface FlowedLine {
  readonly depth: number;
  /** Without marks of quotation and stuffing. */
  readonly content: string;
}

/** `text`: lines ended by LF or CR LF. `deletesSpace`: the parameter DelSp is yes. */
export function unflowText(text: string, deletesSpace: boolean): string {
  const paragraphs: string[] = [];
  let open: { readonly depth: number; readonly pieces: string[] } | undefined;
  const close = (): void => {
    if (open !== undefined) paragraphs.push(quoted(open.depth, open.pieces.join("")));
    open = undefined;
  };
  for (const line of text.split(/\r?\n/)) {
    const { depth, content } = readLine(line);
    // A paragraph ends where the depth changes or a signature begins, whatever its line says (§4.5).
    if (open?.depth !== depth || content === signatureSeparator) close();
    const isFlowed = content.endsWith(" ") && content !== signatureSeparator;
    open ??= { depth, pieces: [] };
    open.pieces.push(isFlowed && deletesSpace ? content.slice(0, -1) : content);
    if (!isFlowed) close();
  }
  close();
  return paragraphs.join("\n");
}

/** Marks of quotation first, then the stuffed blank (§4.5). */
function readLine(line: string): FlowedLine {
  let depth = 0;
  while (line[depth] === ">") depth += 1;
  const content = line.slice(line[depth] === " " ? depth + 1 : depth);
  return { depth, content };
}

function quoted(depth: number, paragraph: string): string {
  if (depth === 0) return paragraph;
  return paragraph === "" ? ">".repeat(depth) : `${">".repeat(depth)} ${paragraph}`;
}
