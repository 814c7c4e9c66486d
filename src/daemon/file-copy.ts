/** What was made of a file, made anew when the file has changed. */
import { stat } from "node:fs/promises";

export class FileCopy<T> {
  readonly #path: string;
  readonly #load: () => Promise<T>;
  #copy: { readonly changedAt: number; readonly value: Promise<T> } | undefined;

  constructor(path: string, load: () => Promise<T>) {
    this.#path = path;
    this.#load = load;
  }

  /** Rejects as the loader does; the next call tries again. */
  async read(): Promise<T> {
    const changedAt = await stat(this.#path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
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
