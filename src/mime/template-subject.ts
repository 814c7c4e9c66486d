/** The subject of notifications as an administrator words it, with placeholders for what varies. */
import { displayLine } from "../base/display-line.ts";
import { quoted } from "../base/printable.ts";

/** What may stand in braces. `number` is the sealed message's public identifier. */
export const subjectPlaceholders = ["name", "address", "organisation", "number"] as const;
export type SubjectPlaceholder = (typeof subjectPlaceholders)[number];

const maxLength = 400;

/** Undefined, or one sentence that says what is wrong and names it. */
export function findSubjectFault(text: string): string | undefined {
  if (text.trim() === "") return "must not be empty";
  if (displayLine(text, maxLength) !== text.trim()) {
    return "must be one line of plain characters";
  }
  const known = new Set<string>(subjectPlaceholders);
  const named = [...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? "");
  const unknown = named.find((name) => !known.has(name));
  if (unknown !== undefined) {
    const all = subjectPlaceholders.map((name) => `{${name}}`).join(", ");
    return `there is no placeholder ${quoted(`{${unknown}}`)}; there are ${all}`;
  }
  return /[{}]/.test(text.replace(/\{[^{}]*\}/g, "")) ? "has a brace without its match" : undefined;
}

/** One line. A value that looks like a placeholder stays what it is. */
export function fillSubject(
  text: string,
  values: Readonly<Record<SubjectPlaceholder, string>>,
): string {
  const filled = text.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    const placeholder = subjectPlaceholders.find((known) => known === name);
    return placeholder === undefined ? whole : values[placeholder];
  });
  return displayLine(filled, maxLength);
}
