/** Schema version 4: the sender's own link, recall, locks that end, alarms to the sender. */
export const manageTables = `
alter table sealed_message add column manage_id text;
alter table sealed_message add column manage_wrap blob;
alter table sealed_message add column wrong_total integer not null default 0;
alter table sealed_message add column locked_until integer;
alter table sealed_message add column recalled_at integer;
alter table sealed_message add column code_renewed_at integer;
alter table sealed_message add column alarmed_at integer;
alter table sealed_message add column asked_count integer not null default 0;
alter table sealed_message add column asked_since integer;
create unique index sealed_message_by_manage_id on sealed_message (manage_id)
  where manage_id is not null;
create index sealed_message_by_creation on sealed_message (created_at, id);
create index sealed_message_to_empty on sealed_message (id)
  where recalled_at is not null and chunk_count > 0;

update sealed_message set wrong_total = attempts;
update sealed_message set locked_until = locked_at + 86400000 where locked_at is not null;

alter table attempt add column paused_until integer;

create table alarm (
  message_id text not null references sealed_message (id) on delete cascade,
  kind text not null check (kind in ('wrong-codes', 'locked', 'no-code')),
  raised_at integer not null,
  due_at integer not null,
  primary key (message_id, kind)
) strict, without rowid;
create index alarm_by_due on alarm (due_at);
`;
