/**
 * Keeps senders from mailing a code to the very mailbox that has the link: code and link would then
 * have taken the same way, and whoever reads one reads both. Looks at the beginning of a message
 * that is about to be sealed, where its text stands, and only while its recipient has messages that
 * a code opens. It sees what people write; who wants to get a code past it can.
 */
import { searchableText } from "../mime/searchable-text.ts";
import { guardOf, saltBytes } from "../seal/code-key.ts";
import { type CodeSighting, sightCodes } from "../seal/code-sighting.ts";
import type { CodeGuard, GuardStore } from "../store/remembered-store.ts";
import type { KeyDeriver } from "./shared-deriver.ts";

export interface LeakParts {
  readonly guards: GuardStore;
  readonly startDeriver: () => KeyDeriver;
  readonly pepper: Buffer;
}

export interface CodeLeak {
  /** The sealed message's public identifier; undefined: it opens later ones only. */
  readonly id: string | undefined;
}

const watchedBytes = 64 * 1024;
const mostGuards = 10;
/** Some seconds' work. */
const mostDerivations = 40;

export class CodeLeakWatch {
  readonly #parts: LeakParts;
  readonly #guards: readonly CodeGuard[];
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;

  private constructor(parts: LeakParts, guards: readonly CodeGuard[]) {
    this.#parts = parts;
    this.#guards = guards;
  }

  /** Undefined when the recipient has nothing that a code opens. Rejects as the store does. */
  static async begin(
    parts: LeakParts,
    recipient: string,
    nowMs: number,
  ): Promise<CodeLeakWatch | undefined> {
    const all = await parts.guards.guardsOf(recipient, nowMs, mostGuards);
    // What is damaged opens nothing either; who opens its message is told.
    const guards = all.filter(({ salt }) => salt.length === saltBytes);
    return guards.length === 0 ? undefined : new CodeLeakWatch(parts, guards);
  }

  /** Copies what it wants of `bytes`, the message from its first byte on. */
  look(bytes: Buffer): void {
    const wanted = bytes.subarray(0, watchedBytes - this.#keptBytes);
    if (wanted.length === 0) return;
    this.#kept.push(Buffer.from(wanted));
    this.#keptBytes += wanted.length;
  }

  /** Whose code was seen. */
  async find(signal: AbortSignal): Promise<CodeLeak | undefined> {
    const text = await searchableText(Buffer.concat(this.#kept));
    const suspects = pairsOf(sightCodes(text), this.#guards);
    if (suspects.length === 0) return undefined;
    await using deriver = this.#parts.startDeriver();
    for (const [{ code }, { form, salt, guard, messageId }] of suspects) {
      const { pepper } = this.#parts;
      const codeKey = await deriver.derive({ code, form, salt, pepper }, signal);
      if (codeKey === undefined) return undefined;
      const isSame = guardOf(codeKey).equals(guard);
      codeKey.fill(0);
      if (isSame) return { id: messageId };
    }
    return undefined;
  }
}

function pairsOf(
  sightings: readonly CodeSighting[],
  guards: readonly CodeGuard[],
): readonly (readonly [CodeSighting, CodeGuard])[] {
  return sightings
    .flatMap((sighting) =>
      guards
        .filter(({ form }) => form === sighting.form)
        .map((guard) => [sighting, guard] as const),
    )
    .slice(0, mostDerivations);
}
