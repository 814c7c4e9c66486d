/** Schema version 13: when something was deleted for its age last. */
export const sweepMarkTable = `
create table sweep_mark (
  id integer primary key check (id = 1),
  swept_at integer not null
) strict;
`;
