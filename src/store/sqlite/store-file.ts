/**
 * The database file before SQLite sees it: it is created here, because SQLite would let everybody
 * read it, and its directory is checked, because whoever may write there may replace the store.
 * An existing file is never opened here: closing it would drop the locks that other connections
 * of this process hold on it.
 */
import { constants } from "node:fs";
import { access, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { MxsealError } from "../../base/errors.ts";

const mayEverybodyWrite = 0o002;
const sticky = 0o1000;

/**
 * A new file gets 0660 less the umask and, when root makes it, the owner of its directory. Rejects with
 * MXSEAL_STORE_UNUSABLE.
 */
export async function prepareStoreFile(path: string): Promise<void> {
  const directory = dirname(path);
  await checkDirectory(directory);
  try {
    await createFile(path, directory);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code !== "EEXIST") throw unusable(`cannot create the store ${path}`, error);
    await check(path, constants.R_OK | constants.W_OK, `cannot read and write the store ${path}`);
  }
}

async function createFile(path: string, directory: string): Promise<void> {
  await using file = await open(
    path,
    constants.O_CREAT | constants.O_EXCL | constants.O_RDWR,
    0o660,
  );
  // A command that root gives before the first start must not shut the service out.
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = await stat(directory);
  await file.chown(uid, gid);
}

async function checkDirectory(directory: string): Promise<void> {
  const mode = constants.R_OK | constants.W_OK | constants.X_OK;
  await check(directory, mode, `cannot use the store's directory ${directory}`);
  const { mode: permissions } = await stat(directory);
  if ((permissions & mayEverybodyWrite) === 0 || (permissions & sticky) !== 0) return;
  throw new MxsealError(
    "MXSEAL_STORE_UNUSABLE",
    `everybody may write to the store's directory ${directory}; take that right away (chmod o-w)`,
  );
}

async function check(path: string, mode: number, complaint: string): Promise<void> {
  try {
    await access(path, mode);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw unusable(complaint, error);
  }
}

function unusable(complaint: string, cause: NodeJS.ErrnoException): MxsealError {
  return new MxsealError("MXSEAL_STORE_UNUSABLE", `${complaint}: ${reasonOf(cause)}`, { cause });
}

function reasonOf(error: NodeJS.ErrnoException): string {
  return reasons[error.code ?? ""] ?? error.message;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  ENOTDIR: "a part of its path is not a directory",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on its disk",
};

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}
