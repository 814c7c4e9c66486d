/** The keys in use, as `key-mark-store.ts` says. */
import type { Database, Query } from "./database.ts";
import type { KeyMarkStore, KeyMarks } from "./key-mark-store.ts";

export class KeyMarkTable implements KeyMarkStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  areNeeded(): Promise<boolean> {
    return this.#database.read(areNeeded);
  }

  changed(marks: KeyMarks): Promise<readonly string[]> {
    return this.#database.read((query) => changed(query, marks));
  }

  note(marks: KeyMarks): Promise<readonly string[]> {
    return this.#database.write("durable", async (query) => {
      const others = await changed(query, marks);
      if (others.length > 0 && (await areNeeded(query))) return others;
      for (const [name, mark] of Object.entries(marks)) {
        await query
          .insertInto("key_mark")
          .values({ name, mark })
          .onConflict((conflict) => conflict.column("name").doUpdateSet({ mark }))
          .execute();
      }
      return [];
    });
  }
}

async function changed(query: Query, marks: KeyMarks): Promise<readonly string[]> {
  const rows = await query.selectFrom("key_mark").selectAll().execute();
  return rows
    .filter(({ name, mark }) => marks[name] !== undefined && marks[name] !== mark)
    .map(({ name }) => name);
}

async function areNeeded(query: Query): Promise<boolean> {
  const message = query.selectFrom("sealed_message").select("id").where("forgotten_at", "is", null);
  const code = query.selectFrom("remembered_code").select("id").where("retired_at", "is", null);
  const reply = query.selectFrom("reply_job").select("id");
  const first = [
    await message.limit(1).executeTakeFirst(),
    await code.limit(1).executeTakeFirst(),
    await reply.limit(1).executeTakeFirst(),
  ];
  return first.some((row) => row !== undefined);
}
