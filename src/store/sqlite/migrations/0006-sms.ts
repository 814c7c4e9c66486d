/** Schema version 6: codes by SMS. No job has a number twice: who holds an old one hits nothing. */
export const smsTables = `
create table sms_job (
  id integer primary key autoincrement,
  message_id text not null unique references sealed_message (id) on delete cascade,
  sealed_content blob not null,
  created_at integer not null,
  tries integer not null default 0,
  due_at integer not null
) strict;
create index sms_job_by_due on sms_job (due_at);

create table sms_call (
  id integer primary key autoincrement,
  message_id text references sealed_message (id) on delete set null,
  sender text not null,
  called_at integer not null
) strict;
create index sms_call_by_message on sms_call (message_id);
create index sms_call_by_instant on sms_call (called_at, sender);

create table sms_failure (
  message_id text not null primary key references sealed_message (id) on delete cascade,
  reason text not null,
  number text not null,
  waited_ms integer not null,
  failed_at integer not null
) strict, without rowid;
`;
