/** Schema version 2: history of verdicts, MTA-STS policies, leases, refresh by index. */
export const verdictEngineTables = `
create table verdict_turn (
  id integer primary key autoincrement,
  domain text not null,
  turned_at integer not null,
  from_status text,
  from_assurance text,
  to_status text not null,
  to_assurance text not null,
  is_downgrade integer not null check (is_downgrade in (0, 1)),
  regained_at integer,
  reason text not null
) strict;
create index verdict_turn_by_domain on verdict_turn (domain, id);
create index verdict_turn_by_age on verdict_turn (turned_at);
create index verdict_turn_standing on verdict_turn (domain, id)
  where is_downgrade = 1 and regained_at is null;

create table sts_policy (
  domain text primary key,
  policy_id text,
  policy_text text,
  fetched_at integer,
  expires_at integer,
  failed_id text,
  failed_at integer,
  failure_reason text
) strict;
create index sts_policy_by_expiry on sts_policy (expires_at, failed_at);

create table lease (
  name text primary key,
  holder text not null,
  note text not null,
  started_at integer not null,
  until integer not null
) strict, without rowid;

drop index verdict_by_refresh;
create index verdict_by_refresh on verdict (refresh_after, domain, used_at, checked_at, status);
create index verdict_by_check on verdict (checked_at, domain, used_at, refresh_after, status);
`;
