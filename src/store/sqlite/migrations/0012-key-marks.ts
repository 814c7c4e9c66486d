/** Schema version 12: by which the keys in the key files are known again. */
export const keyMarkTables = `
create table key_mark (
  name text primary key,
  mark text not null
) strict, without rowid;
`;
