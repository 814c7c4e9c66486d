/** Rules: few and precious. An identifier is never given twice, so that a log stays readable. */
import type { Domain } from "../base/domain.ts";
import type { NewRule, Rule, RuleScope } from "../rules/rule.ts";
import { type SealOptions, usualSealOptions } from "../rules/seal-options.ts";
import { moveMark } from "./change-mark.ts";
import type { Database } from "./database.ts";
import type { RuleStore } from "./store.ts";

export class RuleTable implements RuleStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(rule: NewRule): Promise<Rule> {
    return this.#database.write("durable", async (query) => {
      await moveMark(query, "rules");
      const { id } = await query
        .insertInto("rule")
        .values({
          scope_kind: rule.scope.kind,
          scope_value: scopeValue(rule.scope),
          action: rule.action,
          least_tls: rule.leastTls,
          seal_options: rule.seal === undefined ? null : JSON.stringify(rule.seal),
          reason: rule.reason,
          author: rule.author,
          created_at: rule.createdAt,
          expires_at: rule.expiresAt,
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      return { ...rule, id };
    });
  }

  remove(id: number): Promise<boolean> {
    return this.#database.write("durable", async (query) => {
      const gone = await query.deleteFrom("rule").where("id", "=", id).returning("id").execute();
      if (gone.length === 0) return false;
      await moveMark(query, "rules");
      return true;
    });
  }

  list(): Promise<readonly Rule[]> {
    return this.#database.read(async (query) => {
      const rows = await query.selectFrom("rule").selectAll().orderBy("id").execute();
      return rows.map((row) => ({
        id: row.id,
        scope: toScope(row.scope_kind, row.scope_value),
        action: row.action,
        leastTls: row.least_tls,
        ...toSeal(row.seal_options),
        reason: row.reason,
        author: row.author,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
      }));
    });
  }
}

function scopeValue(scope: RuleScope): string {
  switch (scope.kind) {
    case "address":
      return scope.address;
    case "domain":
    case "parent":
      return scope.domain;
    case "default":
      return "";
  }
}

/** An option that a later version of mxseal may add is not in what an earlier one wrote. */
function toSeal(text: string | null): { readonly seal?: SealOptions } {
  if (text === null) return {};
  return { seal: { ...usualSealOptions, ...(JSON.parse(text) as Partial<SealOptions>) } };
}

function toScope(kind: RuleScope["kind"], value: string): RuleScope {
  if (kind === "default") return { kind };
  if (kind === "address") return { kind, address: value };
  return { kind, domain: value as Domain };
}
