import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { ProgressLine, progressText } from "../../src/cli/progress-line.ts";
import { FixedClock } from "../support/fixed-clock.ts";
import { seededRandom } from "../support/random.ts";

class Terminal extends Writable {
  readonly isTTY = true;
  columns = 80;
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }

  /** What stands on the line now. */
  get line(): string {
    return this.text.slice(this.text.lastIndexOf("\r\u001b[K") + "\r\u001b[K".length);
  }
}

describe("progressText", () => {
  it("says how far, how fast and how long still", () => {
    assert.equal(progressText(0, 40, undefined, 79), `[${"-".repeat(30)}]  0/40  0%`);
    assert.equal(
      progressText(250, 1000, 12.4, 79),
      `[${"#".repeat(7)}${"-".repeat(23)}]  250/1000  25%  12/s  1:01 left`,
    );
    assert.equal(
      progressText(1, 100_000, 4.04, 79),
      `[${"-".repeat(30)}]  1/100000  0%  4.0/s  6:52:33 left`,
    );
    assert.equal(progressText(3, 3, 1, 79), `[${"#".repeat(30)}]  3/3  100%  1.0/s  0:00 left`);
    assert.equal(
      progressText(1, 3, 0, 79),
      `[${"#".repeat(10)}${"-".repeat(20)}]  1/3  33%  0.0/s`,
    );
  });

  it("never is wider than the terminal, whatever the numbers", () => {
    const random = seededRandom(7);
    for (let round = 0; round < 5000; round += 1) {
      const total = random.below(10 ** (1 + random.below(9)));
      const done = random.below(total + 2);
      const perSecond = random.below(3) === 0 ? undefined : random.below(100_000) / 100;
      const columns = random.below(121);
      const text = progressText(done, total, perSecond, columns);
      assert.ok(text.length <= columns, `${text.length} > ${columns}: ${text}`);
    }
  });
});

describe("ProgressLine", () => {
  it("tells the speed of the last half minute, not of the whole run", () => {
    const terminal = new Terminal();
    const clock = new FixedClock();
    using progress = new ProgressLine(terminal, clock);
    let done = 0;
    for (let second = 0; second < 60; second += 1) {
      clock.advance(1000);
      progress.show((done += second < 30 ? 100 : 2), 10_000);
    }
    assert.match(terminal.line, / {2}3060\/10000 {2}30% {2}2\.0\/s {2}57:50 left$/);
  });

  it("slows down by itself while nothing comes to an end", () => {
    const terminal = new Terminal();
    const clock = new FixedClock();
    using progress = new ProgressLine(terminal, clock);
    for (let second = 0; second < 10; second += 1) {
      progress.show(10 * second, 100);
      clock.advance(1000);
    }
    for (let second = 0; second < 9; second += 1) {
      progress.tick();
      clock.advance(1000);
    }
    progress.tick();
    assert.match(terminal.line, / {2}90\/100 {2}90% {2}4\.7\/s {2}0:03 left$/);
    progress.clear();
    progress.tick();
    assert.equal(terminal.line, "");
  });

  it("draws ten times a second at most, and in the width the terminal has by then", () => {
    const terminal = new Terminal();
    const clock = new FixedClock();
    using progress = new ProgressLine(terminal, clock);
    for (let done = 0; done <= 1000; done += 1) {
      clock.advance(1);
      progress.show(done, 2000);
    }
    assert.equal(terminal.text.split("\r\u001b[K").length - 1, 11);
    terminal.columns = 30;
    clock.advance(100);
    progress.show(1001, 2000);
    assert.ok(terminal.line.length < 30, terminal.line);
  });

  it("is wiped off at the end, and writes nothing where there is no terminal", () => {
    const terminal = new Terminal();
    const clock = new FixedClock();
    {
      using progress = new ProgressLine(terminal, clock);
      progress.show(1, 2);
      assert.notEqual(terminal.line, "");
    }
    assert.equal(terminal.line, "");
    const pipe = Object.assign(new Terminal(), { isTTY: false });
    using silent = new ProgressLine(pipe, clock);
    silent.show(1, 2);
    assert.equal(pipe.text, "");
  });
});
