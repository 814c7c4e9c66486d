/** A process that seals one message after the other and says each step, until it is killed. */
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { fillBlob, sampleJob, sampleMessage } from "./sample-message.ts";

const [path = "", prefix = ""] = process.argv.slice(2);
const store = await openStore(path);
for (let count = 0; ; count += 1) {
  const id = `${prefix}-${count}`;
  const blob = await fillBlob(store, id, 1000);
  process.stdout.write(`filled ${id}\n`);
  await store.sealed.commit(sampleMessage(id), blob, sampleJob());
  process.stdout.write(`committed ${id}\n`);
}
