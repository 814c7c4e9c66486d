/** A store that cannot tell which codes are out. */
import { MxsealError } from "../../src/base/errors.ts";
import type { GuardStore } from "../../src/store/remembered-store.ts";

export const faulty: GuardStore = {
  guardsOf: () => Promise.reject(new MxsealError("MXSEAL_STORE_UNUSABLE", "disk I/O error")),
};
