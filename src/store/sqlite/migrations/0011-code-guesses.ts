/** Schema version 11: guesses at codes that stand for a recipient, and the mail that tells them. */
export const codeGuessTables = `
alter table remembered_code add column wrong_total integer not null default 0;
alter table remembered_code add column told_with text;
create index remembered_code_by_told_with on remembered_code (told_with)
  where told_with is not null;
`;
