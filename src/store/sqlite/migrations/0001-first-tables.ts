/** Schema version 1. A released migration is never changed; what is missing comes in the next. */
export const firstTables = `
create table change_mark (
  area text primary key,
  mark integer not null
) strict, without rowid;
insert into change_mark (area, mark) values ('verdicts', 0), ('rules', 0), ('held', 0);

create table verdict (
  domain text primary key,
  status text,
  body text,
  checked_at integer not null,
  refresh_after integer not null,
  expires_at integer not null,
  used_at integer,
  mark integer not null
) strict;
create unique index verdict_by_mark on verdict (mark);
create index verdict_by_refresh on verdict (refresh_after);
create index verdict_by_expiry on verdict (expires_at);

create table rule (
  id integer primary key autoincrement,
  scope_kind text not null check (scope_kind in ('address', 'domain', 'parent', 'default')),
  scope_value text not null,
  action text not null,
  least_tls text not null,
  reason text not null,
  author text not null,
  created_at integer not null,
  expires_at integer
) strict;

create table held_mail (
  queue_id text not null,
  recipient text not null,
  domain text not null,
  held_at integer not null,
  primary key (queue_id, recipient)
) strict, without rowid;
create index held_mail_by_age on held_mail (held_at);

create table blob (
  id integer primary key autoincrement,
  created_at integer not null
) strict;

create table chunk (
  blob_id integer not null references blob (id),
  position integer not null,
  bytes blob not null,
  primary key (blob_id, position)
) strict;

create table sealed_message (
  id text primary key,
  lookup_id text not null unique,
  sender text not null,
  recipient text not null,
  origin_queue_id text,
  size_bytes integer not null,
  chunk_count integer not null,
  salt blob not null,
  wrapped_key blob not null,
  blob_id integer not null unique references blob (id),
  attempts integer not null default 0,
  created_at integer not null,
  expires_at integer not null,
  locked_at integer,
  first_opened_at integer
) strict;
create index sealed_message_by_expiry on sealed_message (expires_at);

create table attempt (
  message_id text not null references sealed_message (id) on delete cascade,
  network text not null,
  attempts integer not null,
  window_started_at integer not null,
  primary key (message_id, network)
) strict, without rowid;

create table code_job (
  id integer primary key autoincrement,
  message_id text not null references sealed_message (id) on delete cascade,
  group_name text not null,
  sender text not null,
  sealed_content blob not null,
  created_at integer not null
) strict;
create index code_job_by_message on code_job (message_id);
create index code_job_by_group on code_job (group_name, created_at);
`;
