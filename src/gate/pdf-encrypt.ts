/**
 * A PDF encrypted by qpdf(1): AES-256 in the sixth revision (ISO 32000-2 §7.6.4), whose key takes
 * many rounds to derive. Texts, names of files and metadata are all encrypted, and reading aloud is
 * allowed.
 *
 * Security: the code is in no process list and on no disk, for qpdf reads its arguments from a pipe
 * (`@-`). The open PDF lies in a file of a memory file system that has lost its name before the
 * first byte is written: nobody else can open it, and no crash leaves it behind.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { MxsealError } from "../base/errors.ts";
import { pdfPasswords } from "../seal/pdf-code.ts";

export interface PdfEncryption {
  /** Default: by the name, in the usual directories. */
  readonly command?: string | undefined;
  /** A memory file system. */
  readonly directory?: string | undefined;
}

interface Qpdf extends ChildProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

const memoryDirectory = "/dev/shm";
const environment = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" };
const keptComplaint = 2000;
/** What encryption may add to each object, and the file's own tables. */
const overheadBytes = 4 * 1024 * 1024;

/** Rejects with MXSEAL_PDF_FAILED, also when `signal` is aborted. */
export async function encryptPdf(
  pdf: Buffer,
  code: string,
  signal: AbortSignal,
  encryption: PdfEncryption = {},
): Promise<Buffer> {
  const { command = "qpdf", directory = memoryDirectory } = encryption;
  const { shown, typed } = pdfPasswords(code);
  const file = await asPdfFault(() => openNameless(directory));
  try {
    await asPdfFault(() => file.writeFile(pdf));
    const child = start(command, ["@-"], file, signal);
    const protection = ["--encrypt", shown, typed, "256", "--extract=y", "--"];
    child.stdin.end(
      [...protection, "--object-streams=generate", "/proc/self/fd/3", "-", ""].join("\n"),
    );
    return await collect(child, pdf.length + overheadBytes, [shown, typed]);
  } finally {
    await file.close();
  }
}

/** Rejects with MXSEAL_PDF_FAILED when qpdf does not run here. */
export async function checkQpdf(
  signal: AbortSignal,
  encryption: PdfEncryption = {},
): Promise<void> {
  const child = start(encryption.command ?? "qpdf", ["--version"], undefined, signal);
  child.stdin.end();
  await collect(child, overheadBytes);
}

async function openNameless(directory: string): Promise<FileHandle> {
  const path = join(directory, `mxseal-${randomBytes(12).toString("hex")}`);
  const file = await open(path, "wx+", 0o600);
  try {
    await unlink(path);
  } catch (error) {
    await file.close();
    throw error;
  }
  return file;
}

function start(
  command: string,
  args: readonly string[],
  input: FileHandle | undefined,
  signal: AbortSignal,
): Qpdf {
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "pipe", input?.fd ?? "ignore"],
    env: environment,
    signal,
    killSignal: "SIGKILL",
  });
  // A child that ended before it read all says so by its exit.
  child.stdin?.on("error", () => undefined);
  return child as Qpdf;
}

/** `secrets` are left out of what qpdf complains about. */
function collect(child: Qpdf, maxBytes: number, secrets: readonly string[] = []): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const parts: Buffer[] = [];
  let bytes = 0;
  let complaint = "";
  child.stdout.on("data", (part: Buffer) => {
    bytes += part.length;
    if (bytes > maxBytes) giveUp(failed("its output has no end"));
    else parts.push(part);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(0, keptComplaint);
  });
  // Not to wait for the pipes' end: whatever qpdf may have started could hold them open.
  const giveUp = (error: MxsealError): void => {
    child.kill("SIGKILL");
    child.stdout.destroy();
    child.stderr.destroy();
    reject(error);
  };
  child.once("error", (error) => giveUp(failed(describeStart(error), error)));
  child.once("close", (status, signalName) => {
    if (status === 0) resolve(Buffer.concat(parts));
    else reject(failed(complaintOf(complaint, secrets) || (signalName ?? `status ${status}`)));
  });
  return promise;
}

function complaintOf(text: string, secrets: readonly string[]): string {
  const [line = ""] = text.split("\n", 1);
  return secrets.reduce((told, secret) => told.replaceAll(secret, "…"), line);
}

function describeStart(error: Error): string {
  return error.name === "AbortError" ? "stopped or took too long" : error.message;
}

async function asPdfFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    throw failed(error.message, error);
  }
}

function failed(why: string, cause?: unknown): MxsealError {
  return new MxsealError("MXSEAL_PDF_FAILED", `qpdf: ${why}`, { cause });
}
