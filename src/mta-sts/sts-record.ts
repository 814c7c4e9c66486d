/**
 * The TXT records of `_mta-sts.DOMAIN` (RFC 8461 §3.1): whether the domain has an MTA-STS policy,
 * and by which id one sees that it has changed.
 *
 * Records that do not begin with `v=STSv1;` are somebody else's and are passed over. More than one
 * that does, or one that breaks the grammar, counts as no record at all; a policy that is known
 * from before stays in force all the same. Of a repeated field the first counts (RFC 8461 §3.2,
 * end), and unknown fields are ignored.
 *
 * Limits: 4096 characters; the fields that exist need 44.
 */

export type StsRecord =
  | { readonly kind: "none" }
  | { readonly kind: "valid"; readonly id: string }
  /** `fault`: in words, for "the record is not valid: …". */
  | { readonly kind: "invalid"; readonly fault: string };

const version = /^v=STSv1[ \t]*;/;
const delimiter = /(?<![ \t])[ \t]*;[ \t]*/;
const extension = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}=[\x21-\x3a\x3c\x3e-\x7e]+$/;
const maxCharacters = 4096;
const idForm = /^[A-Za-z0-9]{1,32}$/;

/** `texts`: one string per TXT record, its parts joined without a space. */
export function readStsRecord(texts: readonly string[]): StsRecord {
  const records = texts.filter((text) => version.test(text));
  const [record] = records;
  if (record === undefined) return { kind: "none" };
  if (records.length > 1) return invalid(`there are ${records.length} records instead of one`);
  if (record.length > maxCharacters)
    return invalid(`it is longer than ${maxCharacters} characters`);
  return readFields(record.split(delimiter).slice(1));
}

function readFields(fields: readonly string[]): StsRecord {
  // What follows the last semicolon may be empty, for a semicolon may end the record.
  const named = fields.at(-1) === "" ? fields.slice(0, -1) : fields;
  if (!named.every((field) => extension.test(field))) {
    return invalid("it is not a list of name=value, each parted from the next by a semicolon");
  }
  const id = named.find((field) => field.startsWith("id="))?.slice("id=".length);
  if (id === undefined) return invalid("it has no id");
  if (!idForm.test(id)) return invalid("its id is not 1 to 32 letters and digits");
  return { kind: "valid", id };
}

function invalid(fault: string): StsRecord {
  return { kind: "invalid", fault };
}
