/**
 * Schema version 13: when something was deleted for its age last, and since when the clock is in doubt.
 */
export const sweepMarkTable = `
create table sweep_mark (
  id integer primary key check (id = 1),
  swept_at integer not null,
  doubted_at integer
) strict;
`;
