/** Schema version 7: codes that stand for a recipient, and by what a code is known again. */
export const rememberedCodeTables = `
create table remembered_code (
  id integer primary key autoincrement,
  sender_domain text not null,
  recipient text not null,
  form text not null check (form in ('drawn', 'own')),
  public_key blob not null,
  wrapped_private_key blob not null,
  salt blob not null,
  guard blob not null,
  made_by text not null,
  made_at integer not null,
  retired_at integer
) strict;
create unique index remembered_code_in_force on remembered_code (recipient, sender_domain)
  where retired_at is null;
create index remembered_code_retired on remembered_code (retired_at) where retired_at is not null;

alter table sealed_message add column remembered_code_id integer references remembered_code (id);
alter table sealed_message add column code_guard blob;
create index sealed_message_by_remembered_code on sealed_message (remembered_code_id)
  where remembered_code_id is not null;
create index sealed_message_by_recipient on sealed_message (lower(recipient), created_at);
`;
