/** One answer in the making: what its steps share. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ReplyStore } from "../store/reply-store.ts";
import type { SealedMessage } from "../store/sealed-store.ts";
import type { PortalContext } from "./portal-context.ts";
import type { ReplyGuard } from "./reply-guard.ts";
import type { Session } from "./session.ts";

export interface ReplyRoute {
  readonly Params: { readonly id: string };
}

export interface Exchange {
  readonly context: PortalContext;
  readonly store: ReplyStore;
  readonly guard: ReplyGuard;
  readonly request: FastifyRequest<ReplyRoute>;
  readonly reply: FastifyReply;
}

export interface Opened {
  /** Seen when the request began. */
  readonly session: Session;
  readonly message: SealedMessage;
  /** When the replies so far were written. */
  readonly times: readonly number[];
}
