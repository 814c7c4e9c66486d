/**
 * Whether the keys at hand are the ones that the store's contents were sealed with. With others,
 * restored from a wrong place for instance, no code opens anything, right ones count as guesses, and
 * what is sealed meanwhile is lost when the right keys come back: better that nothing works.
 */
import { MxsealError } from "../base/errors.ts";
import { keyMarksOf } from "../seal/key-files.ts";
import type { KeyMarkStore } from "../store/key-mark-store.ts";

type Keys = Parameters<typeof keyMarksOf>[0];

/** Rejects with MXSEAL_KEY_FILE_UNUSABLE, or as the store does. */
export async function requireKnownKeys(
  store: Pick<KeyMarkStore, "changed">,
  keys: Keys,
): Promise<void> {
  refuseOthers(await store.changed(keyMarksOf(keys)));
}

/** Notes them as well; keys that nothing depends on may be others. Rejects likewise. */
export async function noteKeys(store: Pick<KeyMarkStore, "note">, keys: Keys): Promise<void> {
  refuseOthers(await store.note(keyMarksOf(keys)));
}

function refuseOthers(names: readonly string[]): void {
  if (names.length === 0) return;
  throw new MxsealError(
    "MXSEAL_KEY_FILE_UNUSABLE",
    `the keys (${names.join(", ")}) are not those that the store's messages were sealed with: ` +
      "restore both key files from the backup that belongs to this store.",
  );
}
