/** What a reader's form says, in either of the two encodings that browsers know (RFC 7578). */
import type { FastifyRequest } from "fastify";
import { leaveBodyTime, restartBodyDeadline } from "./body-deadline.ts";
import { formField, isFilled } from "./form-field.ts";
import { type FormTaker, readFormParts } from "./form-parts.ts";
import { type FileLimits, maxReplyLength } from "./reply-limits.ts";
import type { ReplyUpload } from "./reply-upload.ts";
import type { ReplyFault } from "./reply-words.ts";

export interface WrittenReply {
  /** Lines ended by LF. */
  readonly text: string;
  /** As it stood in the form. */
  readonly number: string;
  /** Files came with it, or tried to. */
  readonly hadFiles: boolean;
}

/** Each character may be three bytes, each byte three characters of the form. */
export const maxFormBytes: number = maxReplyLength * 9 + 4096;
/** 100 MiB take that long at a megabit per second; a session sleeps as long. */
/** Less than the idle time of a session, with what it waits for its turn. */
const uploadWithinMs = 14 * 60_000;
const maxFields = 10;
/** Longer ones are none of ours, and each open connection would hold them. */
const maxNumberLength = 10;
/** Fields that nobody filled come as files without a name. */
const emptyFiles = 5;

export function isFormWithFiles(request: FastifyRequest): boolean {
  return /^multipart\/form-data\b/i.test(request.headers["content-type"] ?? "");
}

/** Of a form without files, which has been read; their names may stand in it (`page.ts`). */
export function writtenIn(body: unknown): WrittenReply {
  return written((name) => formField(body, name), isFilled(body, "file"));
}

/** Of a form with files; afterwards `writtenBy` tells what it said. */
export async function receiveReply(
  request: FastifyRequest,
  upload: ReplyUpload,
  limits: FileLimits,
): Promise<ReplyFault | undefined> {
  const outcome = await readParts(request, upload, limits.maxFiles);
  if (outcome === "whole") return undefined;
  if (outcome === "stopped") return upload.fault;
  return outcome === "too-many-files" ? "files" : outcome;
}

export function writtenBy(upload: ReplyUpload): WrittenReply {
  return written((name) => upload.fieldOf(name), upload.hadFiles);
}

/** The text of a form with files, up to its first file, of which no byte is kept. */
export async function receiveText(request: FastifyRequest): Promise<WrittenReply> {
  const fields = new Map<string, string>();
  let hadFiles = false;
  const taker: FormTaker = {
    field: (name, value) => void fields.set(name, value),
    file: async (fileName) => {
      hadFiles ||= fileName !== "";
      return false;
    },
  };
  await readParts(request, taker, 1);
  return written((name) => fields.get(name) ?? "", hadFiles);
}

async function readParts(request: FastifyRequest, taker: FormTaker, maxFiles: number) {
  const ownFields = { field: onlyOwnFields(taker), file: taker.file.bind(taker) };
  // The wait for a place is none of the browser's time.
  restartBodyDeadline(request);
  try {
    return await readFormParts(request.raw, request.headers["content-type"] ?? "", ownFields, {
      fields: maxFields,
      fieldBytes: maxFormBytes,
      files: maxFiles + emptyFiles,
      signal: AbortSignal.timeout(uploadWithinMs),
    });
  } finally {
    leaveBodyTime(request);
  }
}

/** Strangers send fields too: what no page of ours asks for is not kept until the form's end. */
function onlyOwnFields(taker: FormTaker): FormTaker["field"] {
  return (name, value) => {
    if (name === "text") taker.field(name, value);
    if (name === "number") taker.field(name, value.length > maxNumberLength ? "" : value);
  };
}

/** Forms send lines ended by CR LF, which browsers count as one character. */
function written(fieldOf: (name: string) => string, hadFiles: boolean): WrittenReply {
  const text = fieldOf("text").replace(/\r\n?/g, "\n");
  return { text, number: fieldOf("number"), hadFiles };
}
