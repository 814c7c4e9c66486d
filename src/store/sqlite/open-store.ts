/** Opens the store in a SQLite file; the first to come makes the file and its tables. */
import type { Store } from "../store.ts";
import type { StoreRights } from "../store-rights.ts";
import { SqliteDatabase } from "./sqlite-database.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { prepareStoreFile } from "./store-file.ts";

export interface OpenStoreOptions {
  /** How long a method waits for the lock of another process before it gives up. */
  readonly lockWaitMs?: number;
  /** What this process may write; default: everything. */
  readonly rights?: StoreRights;
}

const usualLockWaitMs = 10_000;

/**
 * `path` is absolute, its directory exists. Rejects with MXSEAL_STORE_UNUSABLE, or with
 * MXSEAL_STORE_TOO_NEW when a newer mxseal has written the file.
 */
export async function openStore(path: string, options: OpenStoreOptions = {}): Promise<Store> {
  await prepareStoreFile(path);
  const { lockWaitMs = usualLockWaitMs, rights } = options;
  return new SqliteStore(await SqliteDatabase.open(path, lockWaitMs, rights));
}
