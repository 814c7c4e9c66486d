/** A process that records one failure of a domain many times, and says how many turns that were. */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { recordVerdict } from "../../src/gate/record-verdict.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { failedVerdict } from "../support/full-verdict.ts";

const [path = ""] = process.argv.slice(2);
await using store = await openStore(path, { lockWaitMs: 60_000 });
process.stdout.write("ready\n");
await once(createInterface(process.stdin), "line");
let turns = 0;
for (let round = 0; round < 50; round += 1) {
  const fresh = failedVerdict("far.example", { checkedAt: 2_000_000 + round });
  const { turn } = await recordVerdict(store.verdicts, fresh);
  if (turn !== undefined) turns += 1;
}
process.stdout.write(`${turns}\n`);
process.stdin.destroy();
