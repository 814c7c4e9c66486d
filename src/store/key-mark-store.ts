/**
 * By which the keys are known again that the store's contents were sealed with. The keys
 * themselves are never here, and a mark tells nothing of its key (`seal/key-files.ts`).
 */

/** By the name of the key. */
export type KeyMarks = Readonly<Record<string, string>>;

export interface KeyMarkStore {
  /** Whether something would be lost with the keys: messages, codes that stay, answers that wait. */
  areNeeded(): Promise<boolean>;
  /** The names of keys that are not the ones noted. */
  changed(marks: KeyMarks): Promise<readonly string[]>;
  /**
   * Notes the keys in use from now on. Answers as `changed`, and notes nothing, when another key
   * than noted would lose something.
   */
  note(marks: KeyMarks): Promise<readonly string[]>;
}
