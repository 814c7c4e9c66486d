/** A process that tries to take a lease when it is told to, and says how often it succeeded. */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { openStore } from "../../src/store/sqlite/open-store.ts";

const [path = "", holder = "", rounds = "0"] = process.argv.slice(2);
await using store = await openStore(path, { lockWaitMs: 60_000 });
process.stdout.write("ready\n");
await once(createInterface(process.stdin), "line");
const taken: number[] = [];
for (let round = 0; round < Number(rounds); round += 1) {
  // Every lease of the round before has run out by now; all takers go by the same instants.
  const lease = { name: "task", holder: `${holder}/${round}`, note: holder, startedAt: round };
  const outcome = await store.leases.take({ ...lease, until: round + 1 }, round);
  if (outcome.kind === "taken") taken.push(round);
}
process.stdout.write(`${JSON.stringify(taken)}\n`);
process.stdin.destroy();
