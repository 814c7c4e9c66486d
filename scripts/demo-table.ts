/** A table for people: columns that share the terminal's width, cells that wrap, colours. */
export type Tone = "good" | "bad" | "open" | "quiet" | "plain";

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
  /** A second paragraph below, in plain tone. */
  readonly more?: string;
}

export interface Column {
  readonly title: string;
  /** Never narrower. */
  readonly least: number;
  /** Share of what is left. */
  readonly weight: number;
}

export interface TableStyle {
  readonly width: number;
  readonly colours: boolean;
}

const gap = "  ";
const margin = " ";
const escapes: Readonly<Record<Tone, string>> = {
  good: "\u001b[32m",
  bad: "\u001b[31m",
  open: "\u001b[33m",
  quiet: "\u001b[2m",
  plain: "",
};
const reset = "\u001b[0m";
const bold = "\u001b[1m";

interface Line {
  readonly text: string;
  readonly tone: Tone;
}

/** Lines of the table, without a line break at the end. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  style: TableStyle,
): string {
  const widths = shareWidth(columns, style.width);
  const rule = margin + widths.map((width) => "─".repeat(width)).join(gap);
  const header = columns.map((column, index) => column.title.padEnd(widths[index] ?? 0));
  const title = margin + header.join(gap).trimEnd();
  const body = rows.flatMap((row) => [
    ...formatRow(row, widths, style),
    paint(rule, "quiet", style),
  ]);
  const top = style.colours ? `${bold}${title}${reset}` : title;
  return [top, paint(rule, "quiet", style), ...body].join("\n");
}

function shareWidth(columns: readonly Column[], width: number): readonly number[] {
  const least = columns.reduce((sum, column) => sum + column.least, 0);
  const weights = columns.reduce((sum, column) => sum + column.weight, 0);
  const free = Math.max(0, width - margin.length - gap.length * (columns.length - 1) - least);
  return columns.map((column) => column.least + Math.floor((free * column.weight) / weights));
}

function formatRow(
  row: readonly Cell[],
  widths: readonly number[],
  style: TableStyle,
): readonly string[] {
  const cells = row.map((cell, index) => linesOf(cell, widths[index] ?? 1));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, level) => {
    const parts = cells.map((lines, index) => {
      const { text, tone } = lines[level] ?? { text: "", tone: "plain" };
      return paint(text, tone, style) + " ".repeat((widths[index] ?? 0) - text.length);
    });
    return (margin + parts.join(gap)).trimEnd();
  });
}

function linesOf(cell: Cell, width: number): readonly Line[] {
  const first = wrap(cell.text, width).map((text) => ({ text, tone: cell.tone ?? "plain" }));
  const more = cell.more === undefined ? [] : wrap(cell.more, width);
  return [...first, ...more.map((text) => ({ text, tone: "plain" as const }))];
}

/** Breaks at blanks; what is longer than a line is cut where it ends. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => cut(one, width))) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Long words break behind an at sign or a dot where they have one. */
function cut(word: string, width: number): readonly string[] {
  if (word.length <= width) return [word];
  const at = Math.max(word.lastIndexOf("@", width - 1), word.lastIndexOf(".", width - 1));
  const end = at > 0 ? at : width;
  return [word.slice(0, end), ...cut(word.slice(end), width)];
}

function paint(text: string, tone: Tone, style: TableStyle): string {
  if (!style.colours || escapes[tone] === "" || text === "") return text;
  return `${escapes[tone]}${text}${reset}`;
}
