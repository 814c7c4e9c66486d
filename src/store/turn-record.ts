/**
 * How verdicts turned, newest last in the table. Per domain the last fifty turns are kept, and none
 * longer than two years; each turn that is added removes a few of the others. A downgrade stands
 * until the domain is worth as much again, however it turns meanwhile: one that could not be told
 * for a day and failed then has still lost what it had.
 */
import { sql } from "kysely";
import type { Domain } from "../base/domain.ts";
import { type Assurance, assurances, type VerdictStatus } from "../base/verdict.ts";
import type { Query } from "./database.ts";
import type { VerdictTurn } from "./verdict-store.ts";

export const turnsPerDomain = 50;
const keptMs = 2 * 365 * 24 * 60 * 60_000;
const removedPerTurn = 20;
/** Not a parameter: an index of downgrades alone serves only statements that say it themselves. */
const yes = sql.lit(1);

/** Within a write. */
export async function addTurn(query: Query, turn: VerdictTurn): Promise<void> {
  await settleDowngrades(query, turn);
  await query
    .insertInto("verdict_turn")
    .values({
      domain: turn.domain,
      turned_at: turn.turnedAt,
      from_status: turn.from?.status ?? null,
      from_assurance: turn.from?.assurance ?? null,
      to_status: turn.to.status,
      to_assurance: turn.to.assurance,
      is_downgrade: turn.isDowngrade ? 1 : 0,
      regained_at: null,
      reason: turn.reason,
    })
    .execute();
  await removeSuperfluous(query, turn);
}

/** Newest first. */
export async function turnsOf(query: Query, domain: Domain): Promise<readonly VerdictTurn[]> {
  const rows = await query
    .selectFrom("verdict_turn")
    .selectAll()
    .where("domain", "=", domain)
    .orderBy("id", "desc")
    .limit(turnsPerDomain)
    .execute();
  return rows.map(toTurn);
}

/** The newest standing downgrade of each domain that has a verdict, newest first. */
export async function lastDowngrades(query: Query, limit: number): Promise<readonly VerdictTurn[]> {
  const newest = query
    .selectFrom("verdict_turn")
    .innerJoin("verdict", "verdict.domain", "verdict_turn.domain")
    .select((of) => of.fn.max("verdict_turn.id").as("id"))
    .where("verdict_turn.is_downgrade", "=", yes)
    .where("verdict_turn.regained_at", "is", null)
    .where("verdict.status", "is not", null)
    .groupBy("verdict_turn.domain");
  const rows = await query
    .selectFrom("verdict_turn")
    .selectAll()
    .where("id", "in", newest)
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows.map(toTurn);
}

/** A domain of which nothing was known begins anew. */
async function settleDowngrades(query: Query, turn: VerdictTurn): Promise<void> {
  const { domain, turnedAt, from, to } = turn;
  if (from !== undefined && to.status !== "proven") return;
  let standing = query
    .updateTable("verdict_turn")
    .set({ regained_at: turnedAt })
    .where("domain", "=", domain)
    .where("is_downgrade", "=", yes)
    .where("regained_at", "is", null);
  if (from !== undefined) {
    standing = standing.where("from_assurance", "in", noStrongerThan(to.assurance));
  }
  await standing.execute();
}

function noStrongerThan(assurance: Assurance): readonly Assurance[] {
  return assurances.slice(assurances.indexOf(assurance));
}

async function removeSuperfluous(query: Query, { domain, turnedAt }: VerdictTurn): Promise<void> {
  const superfluous = query
    .selectFrom("verdict_turn")
    .select("id")
    .where("domain", "=", domain)
    .orderBy("id", "desc")
    .limit(removedPerTurn)
    .offset(turnsPerDomain);
  await query.deleteFrom("verdict_turn").where("id", "in", superfluous).execute();
  const outlived = query
    .selectFrom("verdict_turn")
    .select("id")
    .where("turned_at", "<", turnedAt - keptMs)
    .limit(removedPerTurn);
  await query.deleteFrom("verdict_turn").where("id", "in", outlived).execute();
}

interface TurnRow {
  readonly domain: Domain;
  readonly turned_at: number;
  readonly from_status: VerdictStatus | null;
  readonly from_assurance: Assurance | null;
  readonly to_status: VerdictStatus;
  readonly to_assurance: Assurance;
  readonly is_downgrade: number;
  readonly reason: string;
}

function toTurn(row: TurnRow): VerdictTurn {
  const { from_status: status, from_assurance: assurance } = row;
  return {
    domain: row.domain,
    turnedAt: row.turned_at,
    from: status === null || assurance === null ? undefined : { status, assurance },
    to: { status: row.to_status, assurance: row.to_assurance },
    isDowngrade: row.is_downgrade === 1,
    reason: row.reason,
  };
}
