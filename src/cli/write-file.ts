/** A file that is whole at any moment: readers see the old one or the new one, never half of it. */
import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { MxsealError } from "../base/errors.ts";

/**
 * Readable for everybody (0644), on disk before it takes the place of what was there. Rejects with
 * MXSEAL_OUTPUT_FAILED; nothing of the attempt is left then.
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const name = `.${basename(path)}.${randomBytes(6).toString("hex")}`;
  const temporary = join(dirname(path), name);
  try {
    await writeWhole(temporary, text);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MxsealError("MXSEAL_OUTPUT_FAILED", `cannot write ${path}: ${reason}`, { cause });
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  await using file = await open(path, "wx", 0o644);
  // The mode given to open is narrowed by the umask.
  await file.chmod(0o644);
  await file.writeFile(text);
  await file.sync();
}
