import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type FormTaker, readFormParts } from "../../src/portal/form-parts.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const type = "multipart/form-data; boundary=b";
const beginning = `--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx`;

describe("readFormParts", () => {
  // The rest of a form may take minutes, and so many of them come that each must be small.
  it("keeps nothing of who took the parts while the rest of the form comes", async () => {
    const body = new PassThrough();
    const { signal } = new AbortController();
    const read = async (): Promise<WeakRef<FormTaker>> => {
      const taker: FormTaker = { field: () => undefined, file: async () => false };
      const limits = { fields: 1, fieldBytes: 10, files: 1, signal };
      body.write(beginning);
      assert.equal(await readFormParts(body, type, taker, limits), "stopped");
      return new WeakRef(taker);
    };
    const taker = await read();
    await setImmediate();
    collectGarbage();
    assert.equal(taker.deref(), undefined);
    body.end("more");
    body.destroy(new Error("gone"));
    assert.equal(signal.aborted, false);
  });
});
