/** Schema version 3: how a rule seals, by which way a message was sealed, mails about a message. */
export const sealOptionTables = `
alter table rule add column seal_options text;

alter table sealed_message add column way text not null default 'portal'
  check (way in ('portal', 'pdf'));
alter table sealed_message add column read_notice integer not null default 0
  check (read_notice in (0, 1));

create table notice_job (
  message_id text not null references sealed_message (id) on delete cascade,
  kind text not null check (kind in ('read', 'reminder')),
  before_ms integer not null,
  due_at integer not null,
  primary key (message_id, kind)
) strict, without rowid;
create index notice_job_by_due on notice_job (due_at);
`;
