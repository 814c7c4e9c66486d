/** A reader who answers with files, without a browser. */
import type { LightMyRequestResponse } from "fastify";
import { openChunks } from "../../src/seal/chunk-cipher.ts";
import { openReply, type ReplyContent, replyKeyOf } from "../../src/seal/reply-content.ts";
import type { ReplyJob } from "../../src/store/reply-store.ts";
import type { PortalBench, SealedSample } from "./portal-bench.ts";
import { open } from "./portal-reader.ts";
import { textMail } from "./sample-mail.ts";

const boundary = "----bench7";
/** Of a form with files. */
export const formWithFiles: string = `multipart/form-data; boundary=${boundary}`;

export interface FormPart {
  readonly name: string;
  readonly fileName?: string;
  readonly bytes: Buffer | string;
}

export function formOf(parts: readonly FormPart[]): Buffer {
  const pieces = parts.flatMap(({ name, fileName, bytes }) => {
    const file =
      fileName === undefined ? "" : `; filename="${fileName}"\r\nContent-Type: text/x-anything`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
    return [Buffer.from(head), Buffer.from(bytes), Buffer.from("\r\n")];
  });
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

export interface ReplyReader {
  readonly sample: SealedSample;
  readonly cookies: Readonly<Record<string, string>>;
  send(body: Buffer, contentType?: string, query?: string): Promise<LightMyRequestResponse>;
}

export async function replyReader(bench: PortalBench): Promise<ReplyReader> {
  const sample = await bench.seal(textMail());
  const { cookies } = await open(bench, sample);
  return {
    sample,
    cookies,
    send: (body, contentType = formWithFiles, query = "") =>
      bench.portal.app.inject({
        method: "POST",
        url: `/v/${sample.id}/reply?lang=en${query}`,
        cookies,
        headers: { "content-type": contentType, "sec-fetch-site": "same-origin" },
        payload: body,
      }),
  };
}

export const replyFields = (text = "Anbei", number = "1"): readonly FormPart[] => [
  { name: "number", bytes: number },
  { name: "text", bytes: text },
];

export interface StoredReply {
  readonly job: ReplyJob;
  readonly content: ReplyContent;
  readonly bytes: Buffer;
}

/** The replies to the message, opened. */
export async function storedReplies(
  { store, keys }: PortalBench,
  { id }: SealedSample,
): Promise<readonly StoredReply[]> {
  const key = replyKeyOf(keys.sessionKey);
  const jobs = (await store.replies.jobs(1000)).filter(({ messageId }) => messageId === id);
  return await Promise.all(
    jobs.map(async (job) => {
      const content = openReply(key, job.sealedContent, job);
      const parts: Buffer[] = [];
      const { files } = content;
      if (files !== undefined) {
        const chunks = store.replies.readFiles(job);
        for await (const part of openChunks(chunks, Buffer.from(files.key, "base64"))) {
          parts.push(part);
        }
      }
      return { job, content, bytes: Buffer.concat(parts) };
    }),
  );
}
