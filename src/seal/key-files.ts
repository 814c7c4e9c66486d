/**
 * The keys that are deliberately not in the store, in two files by who may read them: `seal.key`
 * (the milter and the code mailer) and `portal.key` (these and the portal). A process checks what
 * it loads: a file that others could read or change is refused, because then a stolen database is
 * no longer worthless. Existing files are never overwritten; losing `portal.key` closes every
 * sealed message for good, so both belong into the backup, apart from the database's.
 */
import { createHmac, randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { access, type FileHandle, link, mkdir, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { MxsealError } from "../base/errors.ts";

const keyBytes = 32;
const firstLine = "mxseal-keys 1";
const maxFileBytes = 4096;
/** Writable for the group or anybody, or readable for anybody. */
const refusedModeBits = 0o026;

const files = {
  "seal.key": { mode: 0o600, names: ["token", "job", "mark"] },
  "portal.key": { mode: 0o640, names: ["pepper", "session"] },
} as const;
type FileName = keyof typeof files;
const fileNames: readonly FileName[] = ["seal.key", "portal.key"];

export interface SealKeys {
  /** Derives link tokens. */
  readonly tokenKey: Buffer;
  /** Seals the codes that wait to be mailed. */
  readonly jobKey: Buffer;
  /** Marks mail as our own. */
  readonly markKey: Buffer;
  readonly pepper: Buffer;
}

/** In the store's table of keys by these names, not to be changed. */
const keyNames = {
  tokenKey: "token",
  jobKey: "job",
  markKey: "mark",
  pepper: "pepper",
  sessionKey: "session",
} as const;

export interface PortalKeys {
  readonly pepper: Buffer;
  /** Seals the portal's session cookies. */
  readonly sessionKey: Buffer;
}

/**
 * Creates both files with fresh keys, durably, and answers their paths; empty when both are there
 * already. With only one of them there it refuses: the other was lost or not copied, and a new one
 * would not open what the old one sealed.
 */
export async function createKeyFiles(directory: string): Promise<readonly string[]> {
  await asKeyFault(directory, () => mkdir(directory, { recursive: true, mode: 0o750 }));
  const missing: FileName[] = [];
  for (const name of fileNames) if (!(await exists(join(directory, name)))) missing.push(name);
  if (missing.length === 1) throw lonely(directory, missing[0] ?? "seal.key");
  const created: string[] = [];
  for (const name of missing) {
    const path = join(directory, name);
    await asKeyFault(path, () => createOnce(path, files[name].mode, freshText(name)));
    created.push(path);
  }
  if (created.length > 0) await asKeyFault(directory, () => syncDirectory(directory));
  return created;
}

/** What the milter and the code mailer need. Rejects with MXSEAL_KEY_FILE_UNUSABLE. */
export async function loadSealKeys(directory: string): Promise<SealKeys> {
  const own = await readKeys(directory, "seal.key");
  const shared = await readKeys(directory, "portal.key");
  return {
    tokenKey: own("token"),
    jobKey: own("job"),
    markKey: own("mark"),
    pepper: shared("pepper"),
  };
}

/** What the portal needs. Rejects with MXSEAL_KEY_FILE_UNUSABLE. */
export async function loadPortalKeys(directory: string): Promise<PortalKeys> {
  const keys = await readKeys(directory, "portal.key");
  return { pepper: keys("pepper"), sessionKey: keys("session") };
}

/** By which each of the keys is known again; a mark tells nothing of its key. */
export function keyMarksOf(keys: Partial<SealKeys & PortalKeys>): Readonly<Record<string, string>> {
  const marks: Record<string, string> = {};
  for (const field of Object.keys(keyNames) as readonly (keyof typeof keyNames)[]) {
    const key = keys[field];
    if (key === undefined) continue;
    const mark = createHmac("sha256", key).update("mxseal/key-mark/v1").digest("hex");
    marks[keyNames[field]] = mark.slice(0, 32);
  }
  return marks;
}

async function readKeys(directory: string, name: FileName): Promise<(key: string) => Buffer> {
  const path = join(directory, name);
  const text = await asKeyFault(path, () => readGuarded(path));
  const [first, ...lines] = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  if (first !== firstLine) throw unusable(path, `does not begin with "${firstLine}"`);
  return (key) => findKey(lines, key, path);
}

function findKey(lines: readonly string[], name: string, path: string): Buffer {
  const found = lines.filter((line) => line.startsWith(`${name} `));
  const text = found.length === 1 ? (found[0] ?? "").slice(name.length + 1) : "";
  const key = Buffer.from(text, "base64url");
  if (key.length === keyBytes && key.toString("base64url") === text) return key;
  throw unusable(path, `does not hold the key "${name}" once and whole`);
}

async function readGuarded(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    await checkGuards(file, path);
    return await file.readFile("latin1");
  } finally {
    await file.close();
  }
}

async function checkGuards(file: FileHandle, path: string): Promise<void> {
  const status = await file.stat();
  if (!status.isFile() || status.size > maxFileBytes) throw unusable(path, "is not a key file");
  const mode = (status.mode & 0o777).toString(8).padStart(4, "0");
  if ((status.mode & refusedModeBits) !== 0) {
    throw unusable(path, `has mode ${mode}; others may read or change it (chmod o-rwx,g-w)`);
  }
}

function freshText(name: FileName): string {
  const lines = files[name].names.map(
    (key) => `${key} ${randomBytes(keyBytes).toString("base64url")}`,
  );
  return `${[firstLine, ...lines].join("\n")}\n`;
}

/** Complete or not at all: `link` fails when somebody else was faster, `rename` would overwrite. */
async function createOnce(path: string, mode: number, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.chmod(mode);
    await file.sync();
    await link(draft, path);
  } finally {
    await file.close();
    await unlink(draft);
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw unusable(path, `cannot be looked at: ${errnoOf(error)}`, error);
  }
}

/** System errors become ours, with the reason in words; everything else passes. */
async function asKeyFault<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = errnoOf(error);
    if (reason === undefined || error instanceof MxsealError) throw error;
    throw unusable(path, reasonTexts[reason] ?? `cannot be used: ${reason}`, error);
  }
}

const reasonTexts: Readonly<Record<string, string>> = {
  ENOENT: "is missing",
  EACCES: "may not be read or created by this user",
  EPERM: "may not be read or created by this user",
  EEXIST: "was created by another process at the same moment; start again",
  ELOOP: "is a symbolic link; put the file itself there",
};

function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function lonely(directory: string, missing: FileName): MxsealError {
  return unusable(
    join(directory, missing),
    "is missing while the other key file is there; copy it from the backup (only if nothing was " +
      "ever sealed: remove the other one too, and both are made anew)",
  );
}

function unusable(path: string, what: string, cause?: unknown): MxsealError {
  return new MxsealError("MXSEAL_KEY_FILE_UNUSABLE", `${path} ${what}`, { cause });
}
