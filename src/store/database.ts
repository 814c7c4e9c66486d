/**
 * What the tables need of a backend: reads, and writes that happen wholly or not at all. The work
 * handed in awaits nothing but its queries, so that a transaction is as short as its statements,
 * and it may run twice when the backend has to repeat it.
 */
import type { Kysely } from "kysely";
import type { StoreSchema } from "./schema.ts";

export type Query = Kysely<StoreSchema>;

/**
 * `durable`: resolves when the change would survive a power cut, and with it every change before.
 * `cached`: survives the end of the process; a power cut may undo the last ones, in order.
 */
export type Durability = "durable" | "cached";

export interface Database extends AsyncDisposable {
  read<T>(work: (query: Query) => Promise<T>): Promise<T>;
  write<T>(durability: Durability, work: (query: Query) => Promise<T>): Promise<T>;
  /** Gives back the space of what was deleted, also where old copies of it may linger. */
  compact(): Promise<void>;
}
