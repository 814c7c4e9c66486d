/** What the routes share: the store and keys, the bounds, and what the pages are told. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { AttemptLimits } from "../store/attempt-limits.ts";
import type { ManageStore } from "../store/manage-store.ts";
import type { RememberedStore } from "../store/remembered-store.ts";
import type { ReplyStore } from "../store/reply-store.ts";
import type { SealedStore } from "../store/sealed-store.ts";
import type { ClosedSessions } from "./closed-sessions.ts";
import type { HourlyCounts } from "./hourly-counts.ts";
import type { KeyedGate } from "./keyed-gate.ts";
import type { FileLimits } from "./reply-limits.ts";
import type { SenderBrandings } from "./sender-branding.ts";
import type { SharedGate } from "./shared-gate.ts";

export interface PortalContext {
  readonly store: SealedStore;
  readonly manage: ManageStore;
  readonly remembered: Pick<RememberedStore, "current" | "find" | "retire">;
  /** undefined: readers cannot reply. */
  readonly replies: ReplyStore | undefined;
  /** Secret mixed into every code; 32 bytes. */
  readonly pepper: Buffer;
  /** Key of the session cookies; 32 bytes. */
  readonly sessionKey: Buffer;
  /** Seals what readers reply; 32 bytes. */
  readonly replyKey: Buffer;
  /** Seals what goes by SMS; undefined: nothing does. */
  readonly sms: { readonly key: Buffer; readonly countries: readonly string[] } | undefined;
  /** What files may come with a reply. */
  readonly replyFiles: FileLimits;
  readonly attemptLimits: AttemptLimits;
  /** Larger messages are offered as a whole only. */
  readonly maxShownBytes: number;
  /** Readers come over https. */
  readonly secure: boolean;
  /** Requests come through a unix socket, from a local proxy alone. */
  readonly onUnixSocket: boolean;
  readonly trustedProxies: readonly string[];
  readonly brandings: SenderBrandings;
  /** URI; undefined: there is no security.txt. */
  readonly securityContact: string | undefined;
  /** What readers' links begin with, without a slash at its end. */
  readonly origin: string;
  readonly timeZone: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly derivations: SharedGate;
  readonly openings: SharedGate;
  /** Within `openings`, by the message's id. */
  readonly messageTurns: KeyedGate;
  /** Replies whose files are coming. */
  readonly uploads: SharedGate;
  /** Forms with files that are being read, each of which holds its fields. */
  readonly forms: SharedGate;
  /** Such of whom no open session vouches for; they are read for their text alone. */
  readonly lateForms: SharedGate;
  readonly closed: ClosedSessions;
  /** Questions for a code: of which senders hear, and all that were put to the store. */
  readonly asks: HourlyCounts<{ asked: number; put: number }>;
}
