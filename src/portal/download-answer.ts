/**
 * The answer that is a file: an original or one of its parts, under way as a stream of any size.
 * Browsers save it and show none of it.
 */
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { dress } from "./answer.ts";
import { attachmentDisposition } from "./attachment-disposition.ts";
import { logFault } from "./fault-answer.ts";
import type { PortalContext } from "./portal-context.ts";

interface Exchange {
  readonly context: PortalContext;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface Download {
  /** Clean, as `file-name.ts` makes it. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Called where somebody waits for the bytes, and then once. */
  readonly open: () => AsyncIterable<Buffer>;
}

/** The length tells the browser of a stream that broke off, so that no half file seems whole. */
export function sendDownload(exchange: Exchange, download: Download): FastifyReply {
  const { context, request, reply } = exchange;
  dress(context, reply, "download");
  reply.header("content-disposition", attachmentDisposition(download.name));
  reply.header("content-length", download.sizeBytes).type("application/octet-stream");
  // Fastify ends the answer to HEAD at once and reads what was to come to its end, for nobody.
  const pieces = request.method === "HEAD" ? [] : toldFaults(exchange, download.open());
  return reply.send(Readable.from(pieces, { objectMode: false }));
}

/** An answer that is under way cannot say why it breaks off; the log can. */
async function* toldFaults(
  { context, request, reply }: Exchange,
  pieces: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    yield* pieces;
  } catch (error) {
    if (reply.raw.headersSent) logFault(context, request, error);
    throw error;
  }
}
