/**
 * A progress bar on the last line of a terminal: how far, how fast, how long still. It keeps to
 * the terminal's width, is wiped off at its end, and is silent when the stream is no terminal.
 */
import type { Writable } from "node:stream";
import type { Clock } from "../base/clock.ts";
import { isTerminal, terminalWidth } from "./terminal-width.ts";

const usualColumns = 80;
const widestBar = 30;
const narrowestBar = 5;
const drawEveryMs = 100;
/** Speed is that of the last half minute: what was quick an hour ago says little. */
const sampleEveryMs = 1000;
const samplesKept = 30;
const eraseLine = "\r\u001b[K";

interface Sample {
  readonly at: number;
  readonly done: number;
}

export class ProgressLine implements Disposable {
  readonly #terminal: Writable | undefined;
  readonly #clock: Clock;
  readonly #samples: Sample[] = [];
  #drawnAt = Number.NEGATIVE_INFINITY;
  #shown = false;
  #last = { done: 0, total: 0 };
  #ticking: NodeJS.Timeout | undefined;

  constructor(stream: Writable, clock: Clock) {
    this.#terminal = isTerminal(stream) ? stream : undefined;
    this.#clock = clock;
  }

  /**
   * May be called as often as something is done; draws ten times a second at most, and once a
   * second by itself: while nothing comes to an end the speed drops.
   */
  show(done: number, total: number): void {
    if (this.#terminal === undefined) return;
    this.#last = { done, total };
    this.#ticking ??= setInterval(() => this.tick(), sampleEveryMs).unref();
    const now = this.#sample();
    if (!this.#shown || Math.abs(now - this.#drawnAt) >= drawEveryMs) this.#draw(now);
  }

  /** What happens once a second; without effect when the line is not shown. */
  tick(): void {
    if (!this.#shown) return;
    this.#draw(this.#sample());
  }

  /** Before other text is written to the same terminal. */
  clear(): void {
    if (this.#shown) this.#terminal?.write(eraseLine);
    this.#shown = false;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#ticking);
    this.clear();
  }

  #draw(now: number): void {
    if (this.#terminal === undefined) return;
    const columns = (terminalWidth(this.#terminal) ?? usualColumns) - 1;
    const { done, total } = this.#last;
    this.#terminal.write(`${eraseLine}${progressText(done, total, this.#perSecond(), columns)}`);
    this.#drawnAt = now;
    this.#shown = true;
  }

  #sample(): number {
    const now = this.#clock.now();
    const last = this.#samples.at(-1);
    if (last === undefined || now - last.at >= sampleEveryMs) {
      this.#samples.push({ at: now, done: this.#last.done });
      if (this.#samples.length > samplesKept) this.#samples.shift();
    }
    return now;
  }

  /** Undefined before there is anything to judge by. */
  #perSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return undefined;
    return ((last.done - first.done) * 1000) / (last.at - first.at);
  }
}

/** One line of at most `columns` letters; less is said where there is little room. */
export function progressText(
  done: number,
  total: number,
  perSecond: number | undefined,
  columns: number,
): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const count = `${done}/${total}`;
  const parts = [count, `${Math.floor(100 * share)}%`, ...speedAndRest(total - done, perSecond)];
  const room = columns - parts.join("  ").length - "[]  ".length;
  if (room < narrowestBar) return count.slice(0, Math.max(0, columns));
  const width = Math.min(widestBar, room);
  const filled = Math.floor(width * share);
  return `[${"#".repeat(filled)}${"-".repeat(width - filled)}]  ${parts.join("  ")}`;
}

function speedAndRest(left: number, perSecond: number | undefined): readonly string[] {
  if (perSecond === undefined) return [];
  const speed = `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`;
  return perSecond === 0 ? [speed] : [speed, `${spanText(left / perSecond)} left`];
}

/** `0:07`, `12:30`, `3:05:00`. */
function spanText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const pad = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  const rest = pad(whole % 60);
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${rest}`;
}
