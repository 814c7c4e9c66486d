/** Subject and thread of the opened message, of which only the header is read. */
import { headOf, maxHeadBytes, type ReplyOrigin, readReplyOrigin } from "../mime/reply-origin.ts";
import { streamOriginal } from "./opened-message.ts";
import type { PortalContext } from "./portal-context.ts";
import type { Session } from "./session.ts";

/** undefined when too many messages are being opened at this moment. */
export async function originOf(
  context: PortalContext,
  session: Session,
  network: string,
): Promise<ReplyOrigin | undefined> {
  using place = await context.openings.enter(network);
  if (place === undefined) return undefined;
  return await readReplyOrigin(await readHead(streamOriginal(context, session)));
}

async function readHead(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  let start = Buffer.alloc(0);
  for await (const chunk of chunks) {
    start = Buffer.concat([start, chunk]);
    const head = headOf(start);
    if (head !== undefined) return head;
    if (start.length >= maxHeadBytes) break;
  }
  return start;
}
