/** A table for people: one line of short columns per row, and a sentence below that says why. */
export type Tone = "good" | "bad" | "open" | "quiet" | "plain";

export interface Cell {
  readonly text: string;
  readonly tone: Tone;
}

export interface Row {
  readonly cells: readonly Cell[];
  readonly why: string;
}

export interface TableStyle {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colours: boolean;
}

const gap = "  ";
const margin = " ";
const indent = "   ";
const reset = "\u001b[0m";
const escapes: Readonly<Record<Tone, string>> = {
  good: "\u001b[32m",
  bad: "\u001b[31m",
  open: "\u001b[33m",
  quiet: "\u001b[2m",
  plain: "",
};
const bold = "\u001b[1m";

/** Lines of the table, without a line break at the end. Columns are as wide as they need. */
export function formatTable(
  titles: readonly string[],
  rows: readonly Row[],
  style: TableStyle,
): string {
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row.cells[column]?.text.length ?? 0)),
  );
  const header = titles.map((title, column) => title.padEnd(widths[column] ?? 0)).join(gap);
  const rule = widths.map((width) => "─".repeat(width)).join(gap);
  return [
    margin + (style.colours ? `${bold}${header.trimEnd()}${reset}` : header.trimEnd()),
    margin + paint(rule, "quiet", style),
    ...rows.flatMap((row) => formatRow(row, widths, style)),
    margin + paint(rule, "quiet", style),
  ].join("\n");
}

function formatRow(row: Row, widths: readonly number[], style: TableStyle): readonly string[] {
  const cells = row.cells.map(
    ({ text, tone }, column) =>
      paint(text, tone, style) + " ".repeat((widths[column] ?? 0) - text.length),
  );
  const why = wrap(row.why, style.width - indent.length);
  return [
    (margin + cells.join(gap)).trimEnd(),
    ...why.map((line) => indent + paint(line, "quiet", style)),
  ];
}

/** Breaks at blanks; a word longer than a line stays whole. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function paint(text: string, tone: Tone, style: TableStyle): string {
  if (!style.colours || escapes[tone] === "") return text;
  return `${escapes[tone]}${text}${reset}`;
}
