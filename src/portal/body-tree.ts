/**
 * The sanitiser's markup as a tree, for `body-size.ts`: its tags are well-formed, its attributes in
 * double quotes, and nothing but a tag has a pointed bracket.
 */

export interface BodyElement {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Lower case names; only the last of each. */
  readonly style: ReadonlyMap<string, string>;
  readonly children: readonly BodyNode[];
}

/** A string is text, entities and all. */
export type BodyNode = string | BodyElement;

type GrowingElement = BodyElement & { readonly children: BodyNode[] };

const piece = /<(\/?)([a-z0-9]+)((?:[ /][^<>]*)?)>|[^<]+/g;
const attribute = / ([a-z]+)="([^"]*)"/g;
const voidTags: ReadonlySet<string> = new Set(["br", "col", "hr", "img", "wbr"]);
/** The sanitiser's own bound is 200; what is deeper lies flat. */
const maxDepth = 300;
/** Thousands of rows of a table: higher than any frame, and half a second of measuring. */
const maxNodes = 30_000;

/** undefined when it has so many nodes that nobody measures them. */
export function parseBody(markup: string): BodyElement | undefined {
  const root = elementOf("body", "");
  const open: GrowingElement[] = [root];
  let nodes = 0;
  for (const [text, slash, tag, attributes = ""] of markup.matchAll(piece)) {
    const parent = open.at(-1) ?? root;
    if (tag !== undefined && slash === "/") {
      close(open, tag);
      continue;
    }
    nodes += 1;
    if (nodes > maxNodes) return undefined;
    if (tag === undefined) parent.children.push(text);
    else {
      const element = elementOf(tag, attributes);
      parent.children.push(element);
      if (!voidTags.has(tag) && open.length < maxDepth) open.push(element);
    }
  }
  return root;
}

function close(open: GrowingElement[], tag: string): void {
  const at = open.findLastIndex((element) => element.tag === tag);
  if (at > 0) open.length = at;
}

function elementOf(tag: string, text: string): GrowingElement {
  const attributes = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(attribute)) attributes.set(name, value);
  return { tag, attributes, style: styleOf(attributes.get("style") ?? ""), children: [] };
}

function styleOf(text: string): ReadonlyMap<string, string> {
  const declarations = text.split(";").map((one): [string, string] => {
    const colon = one.indexOf(":");
    const value = one.slice(colon + 1).replace("!important", "");
    return [one.slice(0, Math.max(colon, 0)).trim().toLowerCase(), value.trim().toLowerCase()];
  });
  return new Map(declarations);
}
