/** Schema version 10: files of replies, in the same chunks as messages. */
export const replyAttachmentTables = `
alter table reply_job add column blob_id integer references blob (id);
alter table reply_job add column chunk_count integer not null default 0;
create unique index reply_job_by_blob on reply_job (blob_id);
`;
