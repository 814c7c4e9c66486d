/**
 * Sessions of frames in any order and with any content, cut off anywhere. Macro frames stay well
 * formed: libmilter itself reads past the end of others (README.md, Limits). The milter must outlive
 * them, lose no session, and treat the next message as if nothing had been.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { letters, MilterClient, strings } from "./milter-client.ts";
import { MilterProcess } from "./milter-process.ts";

const sessions = 400;

/** A number below `limit`, from a sequence that its seed repeats (Park and Miller's generator). */
function sequence(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}

function bytes(below: (limit: number) => number, most: number): Buffer {
  return Buffer.from(Array.from({ length: below(most) }, () => below(256)));
}

/** Text arguments end in NUL, as libmilter expects without looking. */
function words(below: (limit: number) => number): Buffer {
  return strings(
    ...Array.from({ length: 1 + below(4) }, () =>
      bytes(below, 30).toString("latin1").replaceAll("\0", "."),
    ),
  );
}

/** How many ends of messages it sent. */
function play(client: MilterClient, below: (limit: number) => number): number {
  let ends = 0;
  const steps: readonly (() => void)[] = [
    () => client.send("H", words(below)),
    () => client.send("M", words(below)),
    () => client.send("R", words(below)),
    () =>
      client.send(
        "L",
        strings("Subject", bytes(below, 40).toString("latin1").replaceAll("\0", "")),
      ),
    () => client.send("N"),
    () => client.send("B", bytes(below, 3000)),
    () => {
      ends += 1;
      client.send("E", bytes(below, 30));
    },
    () => client.send("A"),
    () => client.send("T"),
    () => client.macros("MRTNE"[below(5)] ?? "E", "i", `4F${below(1000)}`),
    () => client.send(String.fromCharCode(33 + below(90)), words(below)),
    () => client.socket.write(bytes(below, 12)),
  ];
  const plausible = [1, 9, 2, 3, 4, 5, 5, 6, 7];
  const frames = below(40);
  for (let count = 0; count < frames; count += 1) {
    const step = below(12) === 0 ? below(steps.length) : (plausible[count % 9] ?? 0);
    steps[step]?.();
  }
  return ends;
}

describe("any sequence of frames", () => {
  for (const scene of ["describe", "recipient", "stream"]) {
    it(`leaves the milter sound (${scene})`, async () => {
      const body = { mode: "stream", batchBytes: 500 } as const;
      await using milter = await MilterProcess.started(scene, scene === "stream" ? { body } : {});
      let complete = 0;
      for (let seed = 1; seed <= sessions; seed += 1) {
        const client = await MilterClient.session(milter.path);
        complete += play(client, sequence(seed));
        if (seed % 3 === 0) client.socket.destroy();
        else client.socket.end();
      }
      const last = await MilterClient.session(milter.path);
      assert.deepEqual(letters(await last.deliver({ recipients: [["<last@x.example>"]] })), "c");
      last.quit();
      assert.equal(milter.errors, "");
      assert.ok(complete > sessions / 2, `only ${complete} messages came to their end`);
      assert.equal(await settled(milter), true);
    });
  }
});

/** Whether sessions and waiting messages go down to none. */
async function settled(milter: MilterProcess): Promise<boolean> {
  for (let tries = 0; tries < 2000; tries += 1) {
    const { sessions: open, waiting } = (await milter.ask("stats")) as Record<string, number>;
    if (open === 0 && waiting === 0) return true;
  }
  return false;
}
