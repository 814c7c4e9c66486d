/** How wide the terminal is that a command writes to. */
import type { Writable } from "node:stream";

export function isTerminal(stream: Writable): boolean {
  return "isTTY" in stream && stream.isTTY === true;
}

/** Columns; undefined when `stream` is no terminal or does not say. */
export function terminalWidth(stream: Writable): number | undefined {
  if (!isTerminal(stream) || !("columns" in stream)) return undefined;
  const { columns } = stream;
  return typeof columns === "number" && columns > 0 ? columns : undefined;
}

const leastProse = 60;
const mostProse = 100;

/** For sentences: not wider than is read well; as of 96 columns where there is no terminal. */
export function proseWidth(stream: Writable): number {
  return Math.min(mostProse, Math.max(leastProse, terminalWidth(stream) ?? 96));
}
