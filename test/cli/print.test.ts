import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { print } from "../../src/cli/print.ts";

const module = JSON.stringify(join(import.meta.dirname, "../../src/cli/print.ts"));

/** A process that prints 40 texts of 50 kB and ends at once, by force. */
function startPrinter() {
  const program = `
    import { print } from ${module};
    let all = true;
    for (let count = 0; count < 40; count += 1) all &&= await print(process.stdout, "x".repeat(50_000));
    process.exit(all ? 0 : 9);
  `;
  const stdio = ["ignore", "pipe", "inherit"] as const;
  return spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: [...stdio] });
}

describe("print", () => {
  it("loses nothing when the process ends right after it", async () => {
    const printer = startPrinter();
    let length = 0;
    printer.stdout?.on("data", (bytes: Buffer) => {
      length += bytes.length;
    });
    const [code] = (await once(printer, "close")) as [number];
    assert.equal(code, 0);
    assert.equal(length, 2_000_000);
  });

  it("tells when the reader has gone, instead of ending the process", async () => {
    const printer = startPrinter();
    printer.stdout?.once("data", () => printer.stdout?.destroy());
    const [code] = (await once(printer, "exit")) as [number];
    assert.equal(code, 9);
  });

  it("does so also where another listener hears the error and leaves", async () => {
    const gone = Object.assign(new Error("gone"), { code: "EPIPE" });
    const pipe = new Writable({ write: (_chunk, _encoding, done) => done(gone) });
    pipe.once("error", () => undefined);
    assert.equal(await print(pipe, "text"), false);
    assert.equal(pipe.listenerCount("error"), 1, "one listener of print itself is left");
  });

  it("does not hide any other fault of the stream", async () => {
    const full = new Writable({
      write: (_chunk, _encoding, done) =>
        done(Object.assign(new Error("full"), { code: "ENOSPC" })),
    });
    await assert.rejects(print(full, "text"), { code: "ENOSPC" });
  });
});
