/** The text alone of a form that is not taken, so that it can come back; no file of it is kept. */

import type { Exchange } from "./reply-exchange.ts";
import { isFormWithFiles, receiveText, type WrittenReply, writtenIn } from "./reply-form.ts";
import { networkOfRequest } from "./request-network.ts";
import type { SharedGate } from "./shared-gate.ts";

/** Read in the first of `rooms` that has a place; undefined where none has. */
export async function textOf(
  { context, request }: Exchange,
  ...rooms: readonly SharedGate[]
): Promise<WrittenReply | undefined> {
  if (!isFormWithFiles(request)) return writtenIn(request.body);
  for (const room of rooms) {
    using place = await room.enter(networkOfRequest(context, request));
    if (place !== undefined) return await receiveText(request);
  }
  return undefined;
}
