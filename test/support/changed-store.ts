/** A portal's store of which some methods are another's, to have it fail, wait or lie. */
import type { SealedStore } from "../../src/store/sealed-store.ts";

/** Between looking for a message and answering, `happens`. */
export function afterLookup(happens: () => Promise<unknown>): (store: SealedStore) => SealedStore {
  return (store) =>
    changedStore(store, {
      findByLookupId: async (lookupId) => {
        const found = await store.findByLookupId(lookupId);
        await happens();
        return found;
      },
    });
}

export function changedStore(store: SealedStore, changes: Partial<SealedStore>): SealedStore {
  return new Proxy(store, {
    get: (target, name) => {
      const found: unknown = Reflect.get(name in changes ? changes : target, name);
      return typeof found === "function" ? found.bind(target) : found;
    },
  });
}
