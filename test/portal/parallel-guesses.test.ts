/**
 * Guesses made at the same moment, over real HTTP, at several portal processes that share nothing
 * but the store's file: each is counted, none comes beyond the limit, and a lock holds everywhere.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { openBench, type PortalBench, type SealedSample } from "../support/portal-bench.ts";
import { formType, wrongCode } from "../support/portal-reader.ts";
import { textMail } from "../support/sample-mail.ts";

const processCount = 3;
const guessCount = 50;
const perMessage = 20;
const perNetwork = 5;
const perNetworkHour = 30;
/** A busy portal counts nothing and asks to come again. */
const maxReturns = 30;

type Outcome = "wrong" | "locked" | "paused" | "opened";

const outcomeOf: Readonly<Record<string, Outcome>> = {
  "You have a confidential message": "wrong",
  "This message is locked": "locked",
  "Please take a short break": "paused",
};

describe("guesses in parallel at several portals on one store", () => {
  let bench: PortalBench;
  let processes: readonly ChildProcess[];
  let addresses: readonly string[];
  let networks = 0;

  before(async () => {
    bench = await openBench();
    const { pepper, sessionKey } = bench.keys;
    processes = Array.from({ length: processCount }, () =>
      spawn(
        process.execPath,
        [
          "test/support/portal-process.ts",
          bench.storePath,
          pepper.toString("hex"),
          sessionKey.toString("hex"),
        ],
        { stdio: ["pipe", "pipe", "inherit"] },
      ),
    );
    addresses = await Promise.all(processes.map(addressOf));
  });
  after(async () => {
    await Promise.all(
      processes.map(async (child) => {
        child.stdin?.end();
        await once(child, "exit");
      }),
    );
    await bench[Symbol.asyncDispose]();
  });

  const enter = async (sample: SealedSample, code: string, at: Place): Promise<Outcome> => {
    for (let returns = 0; returns < maxReturns; returns += 1) {
      const answer = await fetch(`${at.address}${sample.path}?lang=en`, {
        method: "POST",
        redirect: "manual",
        headers: { ...formType, "x-forwarded-for": at.client },
        body: new URLSearchParams({ code }),
      });
      if (answer.status === 303) return "opened";
      const heading = /<h1>([^<]*)/.exec(await answer.text())?.[1] ?? "";
      const outcome = outcomeOf[heading];
      if (outcome !== undefined) return outcome;
      assert.equal(heading, "Very busy right now");
    }
    return assert.fail("the portal was busy all the time");
  };

  /** A client of its own network, or the named one, at each process in turn. */
  const place = (index: number, client?: string): Place => {
    networks += 1;
    return {
      address: addresses[index % processCount] ?? "",
      client: client ?? `10.${networks >> 8}.${networks & 255}.1`,
    };
  };

  const guess = async (sample: SealedSample, count: number, client?: string): Promise<Tally> => {
    const outcomes = await Promise.all(
      Array.from({ length: count }, (_, index) => enter(sample, wrongCode, place(index, client))),
    );
    return {
      wrong: outcomes.filter((outcome) => outcome === "wrong").length,
      locked: outcomes.filter((outcome) => outcome === "locked").length,
      paused: outcomes.filter((outcome) => outcome === "paused").length,
    };
  };

  it("never exceed the limit of the message, and lock it in every process", async () => {
    const sample = await bench.seal(textMail());
    assert.deepEqual(await guess(sample, guessCount), {
      wrong: perMessage - 1,
      locked: guessCount - perMessage + 1,
      paused: 0,
    });
    for (let index = 0; index < processCount; index += 1) {
      assert.equal(await enter(sample, sample.code, place(index)), "locked");
    }
  });

  it("are never counted fewer than they are", async () => {
    const sample = await bench.seal(textMail());
    const first = 10;
    assert.deepEqual(await guess(sample, first), { wrong: first, locked: 0, paused: 0 });
    const left = perMessage - first;
    assert.deepEqual(await guess(sample, left), { wrong: left - 1, locked: 1, paused: 0 });
  });

  it("of one network pause it in every process and lock nobody else out", async () => {
    const sample = await bench.seal(textMail());
    const client = "192.0.2.77";
    assert.deepEqual(await guess(sample, guessCount, client), {
      wrong: perNetwork - 1,
      locked: 0,
      paused: guessCount - perNetwork + 1,
    });
    for (let index = 0; index < processCount; index += 1) {
      assert.equal(await enter(sample, sample.code, place(index, client)), "paused");
    }
    assert.equal(await enter(sample, sample.code, place(0)), "opened");
  });

  it("of one network at many messages pause it at all of them", async () => {
    const client = "198.51.100.77";
    const samples = await Promise.all(Array.from({ length: 10 }, () => bench.seal(textMail())));
    const tallies = await Promise.all(samples.map((sample) => guess(sample, 4, client)));
    const sum = (kind: keyof Tally) => tallies.reduce((total, tally) => total + tally[kind], 0);
    assert.deepEqual([sum("wrong"), sum("paused")], [perNetworkHour - 1, 40 - perNetworkHour + 1]);
    const other = await bench.seal(textMail());
    for (let index = 0; index < processCount; index += 1) {
      assert.equal(await enter(other, other.code, place(index, client)), "paused");
    }
    assert.equal(await enter(other, other.code, place(0)), "opened");
  });

  it("spend nothing when they are right", async () => {
    const client = "203.0.113.77";
    const sample = await bench.seal(textMail());
    for (let reader = 0; reader <= perNetworkHour; reader += 1) {
      assert.equal(await enter(sample, sample.code, place(reader, client)), "opened");
    }
  });
});

interface Place {
  readonly address: string;
  readonly client: string;
}

interface Tally {
  readonly wrong: number;
  readonly locked: number;
  readonly paused: number;
}

async function addressOf({ stdout }: ChildProcess): Promise<string> {
  assert.ok(stdout !== null);
  const [line]: unknown[] = await once(stdout, "data");
  return String(line).trim();
}
