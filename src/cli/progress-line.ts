/** A progress bar on the last line of a terminal; silent when the stream is none. */
import type { Writable } from "node:stream";

const barWidth = 30;
const eraseLine = "\r\u001b[K";

export class ProgressLine implements Disposable {
  readonly #terminal: Writable | undefined;
  #shown = false;

  constructor(stream: Writable) {
    this.#terminal = "isTTY" in stream && stream.isTTY === true ? stream : undefined;
  }

  show(done: number, total: number): void {
    const filled = total === 0 ? barWidth : Math.floor((barWidth * done) / total);
    const bar = `${"#".repeat(filled)}${"-".repeat(barWidth - filled)}`;
    this.#terminal?.write(`${eraseLine}[${bar}] ${done}/${total}`);
    this.#shown = true;
  }

  /** Before other text is written to the same terminal. */
  clear(): void {
    if (this.#shown) this.#terminal?.write(eraseLine);
    this.#shown = false;
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
