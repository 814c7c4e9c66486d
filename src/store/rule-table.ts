/**
 * Rules: few and precious. An identifier is never given twice, so that a log stays readable. While
 * one of them is damaged none is read: a rule with a wider scope might say the opposite.
 */
import type { Selectable } from "kysely";
import type { Domain } from "../base/domain.ts";
import { MxsealError } from "../base/errors.ts";
import {
  leastTlsLevels,
  type NewRule,
  type Rule,
  type RuleScope,
  ruleActions,
} from "../rules/rule.ts";
import { type SealOptions, sealWays, usualSealOptions } from "../rules/seal-options.ts";
import { moveMark } from "./change-mark.ts";
import type { Database } from "./database.ts";
import type { StoreSchema } from "./schema.ts";
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
      return rows.map(toRule);
    });
  }
}

function toRule(row: Selectable<StoreSchema["rule"]>): Rule {
  const { id, action, least_tls: leastTls } = row;
  if (!ruleActions.includes(action) || !leastTlsLevels.includes(leastTls)) throw damaged(id);
  return {
    id,
    scope: toScope(row.scope_kind, row.scope_value),
    action,
    leastTls,
    ...toSeal(id, row.seal_options),
    reason: row.reason,
    author: row.author,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
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
function toSeal(id: number, text: string | null): { readonly seal?: SealOptions } {
  if (text === null) return {};
  try {
    const seal = { ...usualSealOptions, ...(JSON.parse(text) as Partial<SealOptions>) };
    if (areSealOptions(seal)) return { seal };
  } catch (cause) {
    throw damaged(id, cause);
  }
  throw damaged(id);
}

/** Each of the kind that it should be. */
function areSealOptions({ way, expiresAfterMs, reminderBeforeMs, ...rest }: SealOptions): boolean {
  const { subject, readNotice, rememberCode, sms } = rest;
  return (
    sealWays.includes(way) &&
    ["template", "keep"].includes(subject) &&
    [readNotice, rememberCode].every((option) => typeof option === "boolean") &&
    [expiresAfterMs, reminderBeforeMs].every((ms) => ms === null || Number.isFinite(ms)) &&
    (sms === null || typeof sms === "string")
  );
}

function damaged(id: number, cause?: unknown): MxsealError {
  const text = `rule ${id} in the store is damaged: remove it (mxseal rule remove ${id}), add it anew`;
  return new MxsealError("MXSEAL_STORE_UNUSABLE", text, { cause });
}

function toScope(kind: RuleScope["kind"], value: string): RuleScope {
  if (kind === "default") return { kind };
  if (kind === "address") return { kind, address: value };
  return { kind, domain: value as Domain };
}
