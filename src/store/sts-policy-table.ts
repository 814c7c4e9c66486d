/**
 * MTA-STS policies, one row per domain (RFC 8461 §3.3). A policy protects for as long as its
 * max_age says, so it is kept until a month after that; saving removes a few older rows each time.
 * Domains without a policy leave a row only when a fetch failed, and that goes a day later.
 */
import type { Domain } from "../base/domain.ts";
import type { Database, Query } from "./database.ts";
import type { StoredStsPolicy, StsPolicyStore } from "./sts-policy-store.ts";

const dayMs = 24 * 60 * 60_000;
const keptAfterExpiryMs = 30 * dayMs;
const removedPerSave = 20;

export class StsPolicyTable implements StsPolicyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find(domain: Domain): Promise<StoredStsPolicy | undefined> {
    return this.#database.read(async (query) => {
      const row = await query
        .selectFrom("sts_policy")
        .selectAll()
        .where("domain", "=", domain)
        .executeTakeFirst();
      return row === undefined ? undefined : toStored(row);
    });
  }

  save(stored: StoredStsPolicy): Promise<void> {
    const { domain, policy, failure } = stored;
    return this.#database.write("durable", async (query) => {
      const row = { ...policyColumns(policy), ...failureColumns(failure) };
      await query
        .insertInto("sts_policy")
        .values({ domain, ...row })
        .onConflict((conflict) => conflict.column("domain").doUpdateSet(row))
        .execute();
      await removeOutlived(query, policy?.fetchedAt ?? failure?.failedAt ?? 0);
    });
  }
}

function policyColumns(policy: StoredStsPolicy["policy"]) {
  return {
    policy_id: policy?.id ?? null,
    policy_text: policy?.text ?? null,
    fetched_at: policy?.fetchedAt ?? null,
    expires_at: policy?.expiresAt ?? null,
  };
}

function failureColumns(failure: StoredStsPolicy["failure"]) {
  return {
    failed_id: failure?.id ?? null,
    failed_at: failure?.failedAt ?? null,
    failure_reason: failure?.reason ?? null,
  };
}

async function removeOutlived(query: Query, nowMs: number): Promise<void> {
  const outlived = query
    .selectFrom("sts_policy")
    .select("domain")
    .where((is) =>
      is.or([
        is("expires_at", "<", nowMs - keptAfterExpiryMs),
        is.and([is("expires_at", "is", null), is("failed_at", "<", nowMs - dayMs)]),
      ]),
    )
    .limit(removedPerSave);
  await query.deleteFrom("sts_policy").where("domain", "in", outlived).execute();
}

interface StsPolicyRow {
  readonly domain: Domain;
  readonly policy_id: string | null;
  readonly policy_text: string | null;
  readonly fetched_at: number | null;
  readonly expires_at: number | null;
  readonly failed_id: string | null;
  readonly failed_at: number | null;
  readonly failure_reason: string | null;
}

function toStored(row: StsPolicyRow): StoredStsPolicy {
  const { policy_id: id, policy_text: text, fetched_at: fetchedAt, expires_at: expiresAt } = row;
  const isKnown = id !== null && text !== null && fetchedAt !== null && expiresAt !== null;
  const { failed_id: failedId, failed_at: failedAt, failure_reason: reason } = row;
  const hasFailed = failedId !== null && failedAt !== null && reason !== null;
  return {
    domain: row.domain,
    policy: isKnown ? { id, text, fetchedAt, expiresAt } : undefined,
    failure: hasFailed ? { id: failedId, failedAt, reason } : undefined,
  };
}
