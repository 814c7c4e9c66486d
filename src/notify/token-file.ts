/** The bearer token of an SMS service, read anew for each SMS so that it can be changed at any time. */
import { open } from "node:fs/promises";
import { MxsealError } from "../base/errors.ts";

const maxFileBytes = 4096;
/** Writable for the group or anybody, or readable for anybody. */
const refusedModeBits = 0o026;

/** Rejects with MXSEAL_SMS_HOOK_UNUSABLE, naming what is wrong with the file. */
export async function readTokenFile(path: string): Promise<string> {
  const text = await readGuarded(path);
  const token = text.trim();
  // What a header field may hold (RFC 6750 §2.1).
  if (/^[A-Za-z0-9._~+/-]+=*$/.test(token)) return token;
  throw unusable(path, "does not hold one token, and nothing but letters, digits and ._~+/-=");
}

async function readGuarded(path: string): Promise<string> {
  try {
    await using file = await open(path, "r");
    const status = await file.stat();
    if (!status.isFile() || status.size > maxFileBytes) throw unusable(path, "is no token file");
    if ((status.mode & refusedModeBits) !== 0) {
      throw unusable(path, "may be read or changed by others (chmod o-rwx,g-w)");
    }
    return await file.readFile("latin1");
  } catch (error) {
    if (error instanceof MxsealError) throw error;
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw unusable(path, `cannot be read: ${error.message}`, error);
  }
}

function unusable(path: string, what: string, cause?: unknown): MxsealError {
  const text = `sms.token_file: ${path} ${what}`;
  return new MxsealError("MXSEAL_SMS_HOOK_UNUSABLE", text, { cause });
}
