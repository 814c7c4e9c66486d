/**
 * The file of a unix socket: a dead one left by a killed process is removed, a live one is not,
 * anything that is no socket is never touched. What is bound is 0660 from its first moment, its
 * group is set before anybody is told about it.
 */
import { chown, lstat, readFile, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { MxsealError } from "../base/errors.ts";

/** Throws MXSEAL_LISTEN_FAILED when the path is in use or no socket. */
export async function removeDeadSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(absentWhen("ENOENT"));
  if (found === undefined) return;
  if (!found.isSocket()) throw listenFailed(`${path} exists and is not a socket`);
  if (await answers(path)) throw listenFailed(`${path} is in use by another process`);
  await unlink(path).catch(absentWhen("ENOENT"));
}

/** Runs a synchronous bind under a umask that leaves 0660; not for worker threads. */
export function withSocketMode<T>(bind: () => T): T {
  const before = process.umask(0o117);
  try {
    return bind();
  } finally {
    process.umask(before);
  }
}

/** `group`: a name of /etc/group or a number. */
export async function setSocketGroup(path: string, group: string): Promise<void> {
  const gid = /^\d+$/.test(group) ? Number(group) : await findGroup(group);
  if (gid === undefined) throw listenFailed(`no group ${group} for ${path}`);
  await chown(path, -1, gid).catch((cause: unknown) => {
    throw listenFailed(`cannot give ${path} to group ${group}`, cause);
  });
}

async function findGroup(name: string): Promise<number | undefined> {
  const lines = (await readFile("/etc/group", "utf8")).split("\n");
  const gid = lines.map((line) => line.split(":")).find((entry) => entry[0] === name)?.[2];
  return gid === undefined ? undefined : Number(gid);
}

/** Connecting to a unix socket never waits: the kernel answers for a process that is gone. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED" || error.code === "ENOENT") resolve(false);
      else if (error.code === "EAGAIN") resolve(true);
      else reject(listenFailed(`cannot tell whether ${path} is in use`, error));
    });
  });
}

function absentWhen(code: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== code) throw listenFailed(error.message, error);
    return undefined;
  };
}

function listenFailed(message: string, cause?: unknown): MxsealError {
  return new MxsealError("MXSEAL_LISTEN_FAILED", message, { cause });
}
