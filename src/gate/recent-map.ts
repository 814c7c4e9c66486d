/**
 * A bounded map that forgets what was not used lately, in two generations: reading copies an entry
 * of the old generation into the young one, and when the young one is full the old one is dropped.
 * The `capacity` entries used last are always there; never more than twice as many are.
 */
export class RecentMap<K, V> {
  readonly #capacity: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** At most; an entry of both generations counts twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#capacity && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  delete(key: K): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** Every key once. */
  *keys(): Generator<K> {
    yield* this.#young.keys();
    for (const key of this.#old.keys()) if (!this.#young.has(key)) yield key;
  }
}
