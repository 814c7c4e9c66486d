/**
 * The place of a unix socket. It is made in a fresh directory that only its owner may enter, given
 * its mode and group there, and then moved to its path: no client ever meets it with other rights,
 * and a dead socket file is replaced in one step. A process-wide umask would do neither.
 */
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdtempSync,
  renameSync,
  rmSync,
  type Stats,
  unlinkSync,
} from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { MilterError } from "./milter-error.ts";
import type { UnixListen } from "./milter-options.ts";

/** A socket address holds 108 bytes, the last of them NUL. */
const longestPathBytes = 107;

export class UnixSocket {
  /** Where libmilter has to make the socket. */
  readonly draftPath: string;
  readonly #directory: string;
  readonly #listen: UnixListen;
  readonly #gid: number | undefined;
  #inode: number | undefined;

  private constructor(listen: UnixListen, directory: string, gid: number | undefined) {
    this.#listen = listen;
    this.#gid = gid;
    this.#directory = directory;
    this.draftPath = join(directory, "s");
  }

  /**
   * Throws ERR_MILTER_SOCKET_LIVE when someone serves the path, ERR_MILTER_SOCKET when it cannot be
   * used, before anything is left behind.
   */
  static async prepare(listen: UnixListen, gid: number | undefined): Promise<UnixSocket> {
    await refuseLive(listen.path);
    const directory = attempt(listen.path, () => mkdtempSync(join(dirname(listen.path), ".m-")));
    const socket = new UnixSocket(listen, directory, gid);
    try {
      checkLength(listen.path);
      checkLength(socket.draftPath);
      if (gid !== undefined) attempt(listen.path, () => chownSync(directory, -1, gid));
    } catch (error) {
      socket.discard();
      throw error;
    }
    return socket;
  }

  publish(): void {
    const { path, mode } = this.#listen;
    attempt(path, () => {
      if (this.#gid !== undefined) chownSync(this.draftPath, -1, this.#gid);
      chmodSync(this.draftPath, mode ?? 0o660);
      renameSync(this.draftPath, path);
    });
    this.#inode = statusOf(path)?.ino;
    this.discard();
  }

  /** Removes what was made on the way to the path. */
  discard(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Takes the path away, unless another process has put its own socket there. */
  withdraw(): void {
    const { path } = this.#listen;
    if (this.#inode !== undefined && statusOf(path)?.ino === this.#inode) unlinkSync(path);
  }
}

/** Resolves when nobody serves the path. */
async function refuseLive(path: string): Promise<void> {
  const status = attempt(path, () => statusOf(path));
  if (status === undefined) return;
  if (!status.isSocket()) throw unusable(path, "something else than a socket is there");
  const failure = await connectTo(path);
  if (failure === undefined || failure.code === "EAGAIN") {
    throw new MilterError("ERR_MILTER_SOCKET_LIVE", `a process serves ${path}`);
  }
  if (failure.code !== "ECONNREFUSED" && failure.code !== "ENOENT") {
    throw unusable(path, failure.message, failure);
  }
}

/** The error, or undefined when someone answered. */
function connectTo(path: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.on("error", resolve);
    probe.on("connect", () => {
      probe.destroy();
      resolve(undefined);
    });
  });
}

function statusOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function checkLength(path: string): void {
  if (Buffer.byteLength(path) > longestPathBytes) throw unusable(path, "the path is too long");
}

function attempt<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error), error);
  }
}

function unusable(path: string, why: string, cause?: unknown): MilterError {
  return new MilterError("ERR_MILTER_SOCKET", `cannot listen on ${path}: ${why}`, { cause });
}
