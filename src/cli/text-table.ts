/** Aligned columns for people. Cells may come from strangers' servers and are made printable. */
import { printable } from "../base/printable.ts";

const gap = "  ";
const leastLastColumn = 12;

/**
 * One line per row, the header first; the last column is not padded. With a `width` (a terminal's
 * columns) the last column is cut to it, but not below a dozen letters. Ends with a line break.
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  width?: number,
): string {
  const clean = [header, ...rows].map((row) => row.map((cell) => printable(cell)));
  const widths = header.map((_, column) => widest(clean, column));
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + gap.length, 0);
  const last =
    width === undefined ? Number.POSITIVE_INFINITY : Math.max(leastLastColumn, width - before);
  return clean.map((row) => `${formatRow(row, widths, last)}\n`).join("");
}

/** `2026-11-23 18:30Z`; an instant that no calendar holds (a damaged store) as `?`. */
export function formatInstant(instantMs: number): string {
  const date = new Date(instantMs);
  if (Number.isNaN(date.getTime())) return "?";
  return `${date.toISOString().slice(0, 16).replace("T", " ")}Z`;
}

function widest(rows: readonly (readonly string[])[], column: number): number {
  return rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0);
}

function formatRow(row: readonly string[], widths: readonly number[], last: number): string {
  const cells = row.map((cell, column) =>
    column === widths.length - 1 ? printable(cell, last) : cell.padEnd(widths[column] ?? 0),
  );
  return cells.join(gap).trimEnd();
}
