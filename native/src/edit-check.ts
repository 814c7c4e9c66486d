/** The rules a modification has to keep before it may be recorded. Each breach: ERR_MILTER_EDIT. */
import { MilterError } from "./milter-error.ts";

/** A frame holds 65 535 bytes: index, name and value with their NUL bytes have to fit. */
const headerBytes = 65_000;
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/;
// oxlint-disable-next-line no-control-regex
const notLatin1 = /[^\u0000-\u00ff]/;

export function unfitEdit(why: string): MilterError {
  return new MilterError("ERR_MILTER_EDIT", why);
}

/** RFC 5322 §2.2: printable ASCII without colon. */
export function checkHeaderName(name: string): string {
  if (!/^[!-9;-~]+$/.test(name)) throw unfitEdit(`not a header name: ${JSON.stringify(name)}`);
  return name;
}

/** As the MTA takes it: LF between folded lines, a blank in front. */
export function encodeHeaderValue(name: string, value: string): string {
  const text = value.replaceAll("\r\n", "\n");
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000\r]/.test(text)) throw unfitEdit(`the value of ${name} has a NUL or a bare CR`);
  if (notLatin1.test(text)) throw unfitEdit(`the value of ${name} is not bytes; encode it first`);
  if (/\n(?![ \t])/.test(text)) throw unfitEdit(`the value of ${name} has a line without a blank`);
  if (name.length + text.length > headerBytes) throw unfitEdit(`the header ${name} is too long`);
  return /^[ \t\n]/.test(text) ? text : ` ${text}`;
}

/** With angle brackets, whichever way it was given. */
export function encodeAddress(address: string): string {
  const bracketed = address.startsWith("<") && address.endsWith(">");
  const bare = bracketed ? address.slice(1, -1) : address;
  if (control.test(bare) || notLatin1.test(bare)) throw unfitEdit("not an address");
  return `<${bare}>`;
}

/** ESMTP parameters (RFC 3461 §4), those that are given; undefined when there is none. */
export function encodeArguments(
  values: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const given = Object.entries(values).filter((entry) => entry[1] !== undefined);
  for (const [name, value] of given) {
    if (!/^[!-~]+$/.test(value ?? "")) throw unfitEdit(`not a value for ${name}`);
  }
  if (given.length === 0) return undefined;
  return given.map(([name, value]) => `${name}=${value}`).join(" ");
}

export function checkReason(reason: string): string {
  if (!/^[ -~]{1,500}$/.test(reason)) throw unfitEdit("a reason is 1 to 500 ASCII characters");
  return reason;
}
