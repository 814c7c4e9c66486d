/** Large bodies pass through, they are not collected: growth of the process is bounded. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { letters, MilterClient } from "./milter-client.ts";
import { MilterProcess } from "./milter-process.ts";

const mebibyte = 1024 * 1024;
const body = Buffer.alloc(50 * mebibyte, "0123456789abcd\r\n");

/** Bytes by which the process grew over one or more messages; counted from the moment it serves. */
async function growth(
  milter: MilterProcess,
  work: (client: MilterClient) => Promise<void>,
  sessions: number,
): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: sessions }, () => MilterClient.session(milter.path)),
  );
  const base = (await milter.ask("measureFrom")) as number;
  await Promise.all(clients.map(work));
  for (const client of clients) client.quit();
  return ((await milter.ask("peak")) as number) - base;
}

describe("memory", () => {
  for (const sessions of [1, 4]) {
    it(`grows by less than 40 MiB while ${sessions} × 50 MiB stream in`, async () => {
      const options = { body: { mode: "stream" } } as const;
      await using milter = await MilterProcess.started("stream", options, ["--expose-gc"]);
      const grown = await growth(
        milter,
        async (client) => assert.equal(letters(await client.deliver({ body })), "c"),
        sessions,
      );
      assert.ok(grown < 40 * mebibyte, `grew by ${Math.round(grown / mebibyte)} MiB`);
    });
  }

  it("grows by less than 40 MiB while 50 MiB of new body stream out", async () => {
    await using milter = await MilterProcess.started("bigBody", {}, ["--expose-gc"]);
    const grown = await growth(
      milter,
      async (client) => {
        await client.envelope({});
        await client.headers({});
        client.end();
        let bytes = 0;
        for (;;) {
          const frame = await client.read();
          if (frame?.command !== "b") {
            assert.equal(frame?.command, "c");
            break;
          }
          bytes += frame.data.length;
        }
        assert.ok(bytes >= 50 * mebibyte);
      },
      1,
    );
    assert.ok(grown < 40 * mebibyte, `grew by ${Math.round(grown / mebibyte)} MiB`);
  });
});
