import { join } from "node:path";
import { openStore } from "../../src/store/sqlite/open-store.ts";
import { tempDirectory } from "../support/temp-directory.ts";
import { describeStore } from "./store-suite.ts";

describeStore("SQLite", async () => {
  const directory = await tempDirectory();
  return {
    open: () => openStore(join(directory.path, "store.db")),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
});
