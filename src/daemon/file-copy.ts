/** What was made of a file, made anew when the file has changed; looked at once a second. */
import { stat } from "node:fs/promises";

const lookEveryMs = 1000;

export class FileCopy<T> {
  readonly #path: string;
  readonly #load: () => Promise<T>;
  #copy: { readonly changedAt: number; readonly value: Promise<T> } | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(path: string, load: () => Promise<T>) {
    this.#path = path;
    this.#load = load;
  }

  /** Rejects as the loader does; the next call tries again. */
  async read(): Promise<T> {
    if (this.#copy !== undefined && performance.now() - this.#lookedAt < lookEveryMs) {
      return this.#copy.value;
    }
    const changedAt = await stat(this.#path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    this.#lookedAt = performance.now();
    if (this.#copy !== undefined && this.#copy.changedAt === changedAt) return this.#copy.value;
    const value = this.#load();
    if (changedAt === undefined) return value;
    const copy = { changedAt, value };
    this.#copy = copy;
    value.catch(() => {
      if (this.#copy === copy) this.#copy = undefined;
    });
    return value;
  }
}
