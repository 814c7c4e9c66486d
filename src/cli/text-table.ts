/** Aligned columns for people. Cells may come from strangers' servers and are made printable. */
import { printable } from "../base/printable.ts";

const gap = "  ";

/** One line per row, the header first; the last column is not padded. Ends with a line break. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const clean = [header, ...rows].map((row) => row.map((cell) => printable(cell)));
  const widths = header.map((_, column) => widest(clean, column));
  return clean.map((row) => `${formatRow(row, widths)}\n`).join("");
}

/** `2026-11-23 18:30Z`. */
export function formatInstant(instantMs: number): string {
  return `${new Date(instantMs).toISOString().slice(0, 16).replace("T", " ")}Z`;
}

function widest(rows: readonly (readonly string[])[], column: number): number {
  return rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0);
}

function formatRow(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
  return cells.join(gap).trimEnd();
}
