/** Schema version 8: the guesses of one network at all messages. */
export const networkAttemptTables = `
create table network_attempt (
  network text primary key,
  attempts integer not null,
  window_started_at integer not null
) strict, without rowid;
create index network_attempt_by_age on network_attempt (window_started_at);
`;
