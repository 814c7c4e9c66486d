/**
 * Codes that stand for a recipient instead of one message (`seal/remembered-code.ts`), as the rest
 * of the code sees them. One is in force for each sender domain and recipient; a retired one opens
 * the messages that were sealed for it, and goes with the last of them.
 */
import type { CodeForm } from "../base/code-form.ts";
import type { CodeOwner } from "../base/code-owner.ts";

export interface NewRememberedCode {
  /** Half of a key pair of the recipient's; the other half is shut by the code. */
  readonly publicKey: Buffer;
  readonly wrappedPrivateKey: Buffer;
  /** Of the code's costly key. */
  readonly salt: Buffer;
  readonly owner: CodeOwner;
  readonly form: Exclude<CodeForm, "pdf">;
  /** By which it is known again in a mail (`seal/code-key.ts`). */
  readonly guard: Buffer;
  /** Whose message or page it was made with. */
  readonly madeBy: string;
  readonly madeAt: number;
}

export interface RememberedCode extends NewRememberedCode {
  readonly id: number;
  /** Null: in force. */
  readonly retiredAt: number | null;
}

export interface RememberedStore {
  /** The one in force. */
  current(owner: CodeOwner): Promise<RememberedCode | undefined>;
  /** Also a retired one. */
  find(id: number): Promise<RememberedCode | undefined>;
  /** From now on the recipient's messages have codes of their own. False: there was none. */
  retire(id: number, retiredAt: number): Promise<boolean>;
  /** Those in force, by recipient; `after`: the last one of the page before. */
  list(limit: number, after?: RememberedCode): Promise<readonly RememberedCode[]>;
}

/** By which a code is known again. */
export interface CodeGuard {
  /** The public identifier of the newest sealed message that it opens; of later ones only: none. */
  readonly messageId: string | undefined;
  readonly form: Exclude<CodeForm, "own">;
  /** Of the code's costly key. */
  readonly salt: Buffer;
  readonly guard: Buffer;
}

export interface GuardStore {
  /**
   * Of the newest messages to a recipient (any case) that can still be opened, whoever sent them, and
   * of the remembered codes in force. A remembered code comes once; one of the sender's own making
   * cannot be found in a text and does not come.
   */
  guardsOf(recipient: string, nowMs: number, limit: number): Promise<readonly CodeGuard[]>;
}
