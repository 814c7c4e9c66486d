import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { describe, it } from "node:test";
import { readSecretLine } from "../../src/cli/secret-line.ts";

/** A terminal whose keys the test presses. */
class Keyboard extends PassThrough {
  readonly isTTY = true;
  readonly modes: boolean[] = [];

  setRawMode(raw: boolean): void {
    this.modes.push(raw);
  }
}

async function typed(...keys: readonly string[]) {
  const keyboard = new Keyboard();
  const screen = new PassThrough();
  const line = readSecretLine(keyboard, screen, "Secret: ");
  for (const key of keys) keyboard.write(key);
  return { line: await line, shown: String(screen.read()), modes: keyboard.modes, keyboard };
}

describe("a secret line", () => {
  it("comes from a pipe as it is, without its end and what follows", async () => {
    const read = (...chunks: readonly string[]) =>
      readSecretLine(Readable.from(chunks), new PassThrough(), "");
    assert.equal(await read("sec", "ret\nmore"), "secret");
    assert.equal(await read("secret\r\n"), "secret");
    assert.equal(await read("secret"), "secret");
    assert.equal(await read(), "");
  });

  it("is bounded", async () => {
    const line = await readSecretLine(
      Readable.from(Array.from({ length: 100 }, () => "x".repeat(1000))),
      new PassThrough(),
      "",
    );
    assert.ok(line.length <= 6000, `${line.length}`);
  });

  it("is typed unseen, and the terminal is left as it was", async () => {
    const { line, shown, modes, keyboard } = await typed("s", "ecr", "ex", "\u007f", "t", "\r");
    assert.equal(line, "secret");
    assert.equal(shown, "Secret: \n");
    assert.deepEqual(modes, [true, false]);
    assert.equal(keyboard.destroyed, false);
  });

  it("is empty after an interruption, and begins anew after Ctrl-U", async () => {
    assert.equal((await typed("secret", "\u0003")).line, "");
    assert.equal((await typed("secret", "\u0004")).line, "");
    assert.equal((await typed("wrong", "\u0015", "right\r")).line, "right");
  });
});
