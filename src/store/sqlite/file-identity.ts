/**
 * Whether the database at a path is still the file that was opened. A file that is moved, deleted
 * or replaced under a running process takes every write for as long as somebody holds it open, and
 * loses all of them with the last process: whoever promises to keep something has to look.
 */
import { type BigIntStats, statSync } from "node:fs";

export class FileIdentity {
  readonly #path: string;
  readonly #device: bigint | undefined;
  readonly #inode: bigint | undefined;

  constructor(path: string) {
    this.#path = path;
    const status = statusOf(path);
    this.#device = status?.dev;
    this.#inode = status?.ino;
  }

  /** Takes a few microseconds. */
  isInPlace(): boolean {
    const status = statusOf(this.#path);
    return status !== undefined && status.dev === this.#device && status.ino === this.#inode;
  }
}

function statusOf(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}
