/** Aligned columns for people. Cells may come from strangers' servers and are made printable. */
import { printable } from "../base/printable.ts";

const gap = "  ";
const leastLastColumn = 12;

/**
 * One line per row, the header first; the last column is not padded. Ends with a line break. With
 * a `width` (a terminal's columns) the table keeps to it: the last column is cut, but not below a
 * dozen letters, and a first cell of more than a third of the width stands on a line of its own.
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  width?: number,
): string {
  const clean = [header, ...rows].map((row) => row.map((cell) => printable(cell)));
  const mostFirst = width === undefined ? Number.POSITIVE_INFINITY : Math.floor(width / 3);
  const widths = header.map((_, column) => {
    const most = column === 0 ? mostFirst : Number.POSITIVE_INFINITY;
    return widest(clean, column, most);
  });
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + gap.length, 0);
  const last =
    width === undefined ? Number.POSITIVE_INFINITY : Math.max(leastLastColumn, width - before);
  const lines = clean.flatMap((row) => {
    const [first = "", ...rest] = row;
    if (first.length <= mostFirst) return [formatRow(row, widths, last)];
    return [first, formatRow(["", ...rest], widths, last)];
  });
  return lines.map((line) => `${line}\n`).join("");
}

/** `2026-11-23 18:30Z`; an instant that no calendar holds (a damaged store) as `?`. */
export function formatInstant(instantMs: number): string {
  const date = new Date(instantMs);
  if (Number.isNaN(date.getTime())) return "?";
  return `${date.toISOString().slice(0, 16).replace("T", " ")}Z`;
}

/** Of the cells that are not wider than `most`. */
function widest(rows: readonly (readonly string[])[], column: number, most: number): number {
  const widths = rows.map((row) => row[column]?.length ?? 0);
  return widths.reduce((found, one) => (one <= most ? Math.max(found, one) : found), 0);
}

function formatRow(row: readonly string[], widths: readonly number[], last: number): string {
  const cells = row.map((cell, column) =>
    column === widths.length - 1 ? printable(cell, last) : cell.padEnd(widths[column] ?? 0),
  );
  return cells.join(gap).trimEnd();
}
