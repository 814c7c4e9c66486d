/** Who wrote a message, for people to read: the first mailbox of From (RFC 5322 §3.6.2). */
import { addressParser, decodeWords } from "postal-mime";
import { displayLine } from "../base/display-line.ts";
import { findHeader, type HeaderField, headerText } from "./header.ts";

export interface Author {
  /** The address when there is no name. */
  readonly name: string;
  readonly address: string;
}

const maxFieldLength = 4000;
const maxNameLength = 80;
const maxAddressLength = 254;

/** `sender`: the envelope's, used where From cannot be read. */
export function readAuthor(fields: readonly HeaderField[], sender: string): Author {
  const from = headerText(findHeader(fields, "from") ?? "").slice(0, maxFieldLength);
  const first = addressParser(from, { flatten: true })[0];
  const address = displayLine(first?.address ?? "", maxAddressLength);
  const shown = address.includes("@") ? address : displayLine(sender, maxAddressLength);
  const name = displayLine(decodeWords(first?.name ?? ""), maxNameLength);
  return { name: name === "" ? shown : name, address: shown };
}
