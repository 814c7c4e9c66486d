/** Schema version 9: what remains of a sealed message that expired or was taken back, for 90 days after its end. */
export const tombstoneTables = `
alter table sealed_message add column forgotten_at integer;
update sealed_message set forgotten_at = recalled_at where recalled_at is not null;

create index sealed_message_to_forget on sealed_message (expires_at) where forgotten_at is null;
drop index sealed_message_to_empty;
create index sealed_message_to_empty on sealed_message (id)
  where forgotten_at is not null and chunk_count > 0;
`;
