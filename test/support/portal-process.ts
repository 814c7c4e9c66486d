/**
 * A portal as a process of its own, for tests of several on one store. Its arguments: the store's
 * path, pepper and session key in hex. Prints its address in a line and ends when its standard
 * input does. Readers come through a proxy on 127.0.0.1, which says who they are.
 */
import { once } from "node:events";
import { silentLog } from "../../src/base/log.ts";
import { createPortal } from "../../src/portal/portal.ts";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { portalRights } from "../../src/store/store-rights.ts";
import { usualAttemptLimits } from "./attempt-limits.ts";

const [path = "", pepper = "", sessionKey = ""] = process.argv.slice(2);
await using store = await openStore(path, { rights: portalRights });
await using portal = await createPortal({
  store: store.sealed,
  manage: store.manage,
  remembered: store.remembered,
  replies: store.replies,
  keys: { pepper: Buffer.from(pepper, "hex"), sessionKey: Buffer.from(sessionKey, "hex") },
  baseUrl: "http://127.0.0.1",
  listenAt: { host: "127.0.0.1", port: 0 },
  trustedProxies: ["127.0.0.1"],
  branding: { organisation: "" },
  attemptLimits: usualAttemptLimits,
  log: silentLog,
});
await portal.listen();
process.stdout.write(`${portal.address}\n`);
process.stdin.resume();
await once(process.stdin, "end");
