/**
 * The keys of a first start. They are made only while nothing is sealed yet: with sealed messages
 * in the store, missing keys were lost or not copied, and new ones would open none of them.
 */
import { MxsealError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { createKeyFiles, loadSealKeys } from "../seal/key-files.ts";
import { openStore } from "../store/sqlite/open-store.ts";

/** Rejects with MXSEAL_KEY_FILE_UNUSABLE or MXSEAL_STORE_UNUSABLE. */
export async function prepareKeys({ keys, store }: Config, log: Log): Promise<void> {
  if (await nothingSealed(store.path)) {
    const created = await createKeyFiles(keys.directory);
    if (created.length > 0) log.info({ files: created }, "keys made; put them into the backup");
    return;
  }
  try {
    await loadSealKeys(keys.directory);
  } catch (cause) {
    if (!(cause instanceof MxsealError)) throw cause;
    const text = `${cause.message} Messages are sealed with these keys; restore them from the backup.`;
    throw new MxsealError("MXSEAL_KEY_FILE_UNUSABLE", text, { cause });
  }
}

async function nothingSealed(path: string): Promise<boolean> {
  await using store = await openStore(path);
  return (await store.sealed.count()) === 0;
}
