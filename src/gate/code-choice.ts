/**
 * Which code opens a message that is about to be sealed: the one that its recipient and the
 * sender's domain remember, a new one that they will, or a new one of its own. A remembered code
 * is known to neither store nor keys; its public half is enough to wrap with.
 */
import { codeOwnerOf } from "../base/code-owner.ts";
import type { ToldCode } from "../seal/code-job-content.ts";
import type { CodeSource } from "../seal/code-reserve.ts";
import { type WrappedMessageKey, wrapUnder } from "../seal/message-key.ts";
import {
  makeRememberedKeys,
  type RememberedContext,
  wrapForRemembered,
} from "../seal/remembered-code.ts";
import type { RememberedStore } from "../store/remembered-store.ts";
import type { MessageCode } from "../store/sealed-store.ts";

export interface CodeChoiceParts {
  readonly codes: CodeSource;
  readonly remembered: Pick<RememberedStore, "current">;
}

export interface KeyToWrap extends RememberedContext {
  readonly messageKey: Buffer;
  readonly sender: string;
  /** Whether a new code is to be remembered. */
  readonly remember: boolean;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

export interface ChosenCode {
  readonly wrap: WrappedMessageKey;
  /** For the store. */
  readonly code: MessageCode;
  /** For the sender. */
  readonly told: ToldCode;
}

/** A code is made with its message, however long it was in the making: the page asks which came first. */
export function madeTogether(code: MessageCode, createdAt: number): MessageCode {
  if (code.kind !== "new-remembered") return code;
  return { ...code, code: { ...code.code, madeAt: createdAt } };
}

/** Undefined when nobody waits for it any more. */
export async function chooseCode(
  { codes, remembered }: CodeChoiceParts,
  key: KeyToWrap,
): Promise<ChosenCode | undefined> {
  const owner = codeOwnerOf(key.sender, key.recipient);
  const known = owner && (await remembered.current(owner));
  if (known !== undefined) {
    const { id, publicKey, madeBy, madeAt } = known;
    const wrap = wrapForRemembered(publicKey, key.messageKey, key);
    return { wrap, code: { kind: "remembered", id }, told: { kind: "agreed", madeBy, madeAt } };
  }
  const prepared = await codes.next(key.signal);
  if (prepared === undefined) return undefined;
  if (!key.remember || owner === undefined) {
    const { guard, ...wrap } = wrapUnder(prepared, key);
    const told = { kind: "new", code: prepared.code, remembered: false } as const;
    return { wrap, code: { kind: "own", guard }, told };
  }
  const keys = makeRememberedKeys(prepared, owner);
  const made = { form: "drawn", madeBy: key.sender, madeAt: key.nowMs } as const;
  return {
    wrap: wrapForRemembered(keys.publicKey, key.messageKey, key),
    code: { kind: "new-remembered", code: { ...keys, owner, ...made } },
    told: { kind: "new", code: prepared.code, remembered: true },
  };
}
