/** Reads a composed mail with a parser that is not ours. */
import PostalMime, { type Email } from "postal-mime";
import { type HeaderEdit, type HeaderField, headerBytes } from "../../src/mime/header.ts";

export function readMail(fields: readonly HeaderField[], body: Buffer): Promise<Email> {
  return PostalMime.parse(Buffer.concat([headerBytes(fields), Buffer.from("\r\n"), body]));
}

/** The header section after the edits, as Postfix would carry them out. */
export function applyEdits(
  fields: readonly HeaderField[],
  edits: readonly HeaderEdit[],
): readonly HeaderField[] {
  let result = [...fields];
  for (const edit of edits) {
    if (edit.kind === "remove") {
      result = result.filter(({ name }) => name.toLowerCase() !== edit.name.toLowerCase());
    } else {
      const { name, value } = edit;
      result = edit.at === "top" ? [{ name, value }, ...result] : [...result, { name, value }];
    }
  }
  return result;
}
