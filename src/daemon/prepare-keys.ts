/**
 * The keys of a first start. They are made only while nothing depends on earlier ones: with sealed
 * messages in the store, or codes that stay, missing keys were lost or not copied, and new ones
 * would open none of them. What is there must be what the store knows.
 */
import { access } from "node:fs/promises";
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { noteKeys } from "../gate/known-keys.ts";
import {
  createKeyFiles,
  loadPortalKeys,
  loadSealKeys,
  type PortalKeys,
  type SealKeys,
} from "../seal/key-files.ts";
import { openStore } from "../store/sqlite/open-store.ts";

/** Rejects with MXSEAL_KEY_FILE_UNUSABLE or MXSEAL_STORE_UNUSABLE. */
export async function prepareKeys({ keys, store: at }: Config, log: Log): Promise<void> {
  const isNewStore = !(await exists(at.path));
  await using store = await openStore(at.path);
  const areNeeded = await store.keyMarks.areNeeded();
  if (!areNeeded) {
    const created = await createKeyFiles(keys.directory);
    if (created.length > 0) log.info({ files: created }, "keys made; put them into the backup");
    else if (isNewStore) log.warn({ store: at.path }, newStoreText);
  }
  const loaded = await (areNeeded ? loadNeeded(keys.directory) : loadAll(keys.directory));
  await noteKeys(store.keyMarks, loaded);
}

async function loadAll(directory: string): Promise<SealKeys & PortalKeys> {
  return { ...(await loadSealKeys(directory)), ...(await loadPortalKeys(directory)) };
}

async function loadNeeded(directory: string): Promise<SealKeys & PortalKeys> {
  try {
    return await loadAll(directory);
  } catch (cause) {
    if (!(cause instanceof MxsealError)) throw cause;
    const text = `${cause.message} Messages are sealed with these keys; restore them from the backup.`;
    throw new MxsealError("MXSEAL_KEY_FILE_UNUSABLE", text, { cause });
  }
}

const newStoreText =
  "the store was not there and begins empty, although the keys are older: if it was lost, stop " +
  "mxseal and restore it from the backup; rules and sealed messages are in it";

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
