/**
 * A process that guesses: opens the store, says `ready`, waits for a line, makes its guesses all
 * at once and prints their outcomes. Arguments: store, first network, networks, guesses, limit per
 * network.
 */
import { once } from "node:events";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { sampleLimits } from "./sample-message.ts";

const [path = "", first = "0", networks = "1", guesses = "1", perNetwork = "5"] =
  process.argv.slice(2);
await using store = await openStore(path);
process.stdout.write("ready\n");
await once(process.stdin, "data");

const limits = { ...sampleLimits, perNetwork: Number(perNetwork), networkWindowMs: 600_000 };
const outcomes = await Promise.all(
  Array.from({ length: Number(guesses) }, (_, index) =>
    store.sealed.countAttempt(
      "lookup-m1",
      `n${Number(first) + (index % Number(networks))}`,
      5000,
      limits,
    ),
  ),
);
process.stdout.write(`${JSON.stringify(outcomes.map(({ kind }) => kind))}\n`);
process.stdin.destroy();
