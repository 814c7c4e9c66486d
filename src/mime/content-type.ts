/**
 * Content-Type (RFC 2045 §5.1): type in lower case and parameters. Comments, continuations and
 * anything that is not of the plain grammar give undefined: for the callers here, what is not
 * plainly understood is not trusted.
 */
export interface ContentType {
  /** `type/subtype` in lower case. */
  readonly type: string;
  /** Names in lower case; of a repeated one the first. */
  readonly parameters: ReadonlyMap<string, string>;
}

const maxLength = 1000;
const token = "[!#$%&'*+.0-9A-Z^_`a-z{|}~-]+";
const typePattern = new RegExp(`^[ \\t]*(${token}/${token})[ \\t]*`);
const parameterPattern = new RegExp(
  `^;[ \\t]*(${token})=(?:(${token})|"((?:[^"\\\\\\r\\n]|\\\\[^\\r\\n])*)")[ \\t]*`,
);

/** `value`: unfolded or raw. */
export function parseContentType(value: string): ContentType | undefined {
  let rest = value.replace(/\r?\n(?=[ \t])/g, "").trim();
  const head = rest.length > maxLength ? null : typePattern.exec(rest);
  if (head === null) return undefined;
  rest = rest.slice(head[0].length);
  const parameters = new Map<string, string>();
  while (rest !== "" && rest !== ";") {
    const found = parameterPattern.exec(rest);
    if (found === null) return undefined;
    const name = (found[1] ?? "").toLowerCase();
    const text = found[2] ?? (found[3] ?? "").replace(/\\(.)/g, "$1");
    if (!parameters.has(name)) parameters.set(name, text);
    rest = rest.slice(found[0].length);
  }
  return { type: (head[1] ?? "").toLowerCase(), parameters };
}
