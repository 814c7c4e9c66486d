/** Schema version 5: what recipients answer in the portal. */
export const replyTables = `
create table reply (
  message_id text not null references sealed_message (id) on delete cascade,
  number integer not null,
  created_at integer not null,
  primary key (message_id, number)
) strict, without rowid;

create table reply_job (
  id integer primary key,
  message_id text not null,
  number integer not null,
  sender text not null,
  recipient text not null,
  sealed_content blob not null,
  created_at integer not null,
  unique (message_id, number)
) strict;
`;
