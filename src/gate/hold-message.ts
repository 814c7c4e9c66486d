/**
 * A message on the hold port and what may become of it, before any protocol's words:
 * `listen/hold-reply.ts` translates. Nothing here lets an original through.
 */
import type { HeaderEdit, HeaderField } from "../mime/header.ts";
import type { PostfixName } from "../mime/origin-queue-id.ts";
import type { Decision } from "../rules/decision.ts";
import type { SealWay } from "../rules/seal-options.ts";
import type { NoChannelReason } from "./code-channel.ts";

export interface HoldRecipient {
  /** Without angle brackets. */
  readonly address: string;
  /** ESMTP parameters (RFC 3461 §4) as they came. */
  readonly notify: string | undefined;
  readonly orcpt: string | undefined;
}

export interface IncomingMessage {
  /** Of this pass. */
  readonly queueId: string | undefined;
  /** Without angle brackets; empty for the null sender. */
  readonly sender: string;
  readonly recipients: readonly HoldRecipient[];
  readonly fields: readonly HeaderField[];
  /** How this Postfix names itself; undefined when it did not say. */
  readonly postfix: PostfixName | undefined;
  /** Aborted when nobody waits for an answer any more. */
  readonly signal: AbortSignal;
}

export type HoldWait =
  | "many-recipients" // the transport's recipient limit is not 1
  | "no-base-url" // nothing to begin links with
  | "misrouted" // ours or specially routed: does not belong here
  | "own-code-mail" // a code mail, notice or reply for a sender, on its way out: alarm
  | "silent-copy" // no code channel, and a refusal would be heard by nobody
  | "unproven-sender" // the sender's own mail servers are not proven now
  | "release" // may leave by a better way now
  | "undecided" // no verdict, or it changed meanwhile
  | "abandoned" // Postfix gave up first
  | "trouble"; // the store or a key

export type HoldRefusal =
  | { readonly kind: "decided"; readonly decision: Decision & { kind: "reject" | "no-mail" } }
  | { readonly kind: "no-channel"; readonly reason: NoChannelReason }
  | { readonly kind: "too-large"; readonly maxBytes: number }
  | { readonly kind: "too-many-fields"; readonly maxFields: number }
  | { readonly kind: "too-long-field"; readonly maxBytes: number }
  | { readonly kind: "null-sender" }
  | { readonly kind: "recalled" }
  /** It holds the code of a sealed message to the same recipient, or one agreed for later ones. */
  | { readonly kind: "code-leak"; readonly id: string | undefined }
  /** Sealed before, so long ago that its time is over. */
  | { readonly kind: "expired" };

export type HoldOutcome =
  | {
      readonly kind: "notify";
      /** Public identifier of what was sealed or rebuilt. */
      readonly id: string;
      /** It was sealed, or passed here, before. */
      readonly again?: boolean;
      /** Of what was sealed. */
      readonly way?: SealWay;
      readonly edits: readonly HeaderEdit[];
      /** Undefined: the body stays as it is. */
      readonly body: Buffer | undefined;
    }
  | { readonly kind: "wait"; readonly why: HoldWait }
  | { readonly kind: "refuse"; readonly why: HoldRefusal };

export const wayHeader = "X-MXSeal-Way";

/** The field that releases a message to the notification's transport; nothing else does. */
export function releasing(edits: readonly HeaderEdit[]): readonly HeaderEdit[] {
  return [
    ...edits.filter((edit) => edit.name.toLowerCase() !== wayHeader.toLowerCase()),
    { kind: "remove", name: wayHeader },
    { kind: "insert", at: "top", name: wayHeader, value: " notify" },
  ];
}
