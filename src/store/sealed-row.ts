/** The row of a sealed message as the rest of the code sees it. */
import type { Selectable } from "kysely";
import type { StoreSchema } from "./schema.ts";
import type { SealedMessage } from "./sealed-store.ts";

type Row = Selectable<StoreSchema["sealed_message"]>;

export function toMessage(row: Row): SealedMessage {
  const { manage_id: manageId, manage_wrap: wrap } = row;
  return {
    id: row.id,
    lookupId: row.lookup_id,
    sender: row.sender,
    recipient: row.recipient,
    originQueueId: row.origin_queue_id,
    sizeBytes: row.size_bytes,
    chunkCount: row.chunk_count,
    salt: row.salt,
    wrappedKey: row.wrapped_key,
    manage: manageId === null || wrap === null ? null : { id: manageId, wrap },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    wrongCodes: row.attempts,
    wrongCodesInAll: row.wrong_total,
    lockedAt: row.locked_at,
    lockedUntil: row.locked_until,
    recalledAt: row.recalled_at,
    forgottenAt: row.forgotten_at,
    codeRenewedAt: row.code_renewed_at,
    firstOpenedAt: row.first_opened_at,
    way: row.way,
    rememberedCodeId: row.remembered_code_id,
  };
}
