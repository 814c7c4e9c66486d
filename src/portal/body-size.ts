/**
 * How high a mail will stand in its frame, as well as that can be told without a browser: a frame
 * cannot fit itself to what is in it, and no script may run that would. Letters have the width of
 * common fonts, boxes their margins and paddings; columns share a row as browsers share it.
 */
import { pictureBox, shareWidth, typeOf, widthOf } from "./body-boxes.ts";
import { Flow, type Type, textWidth } from "./body-flow.ts";
import type { BodyElement, BodyNode } from "./body-tree.ts";
import { lengthOf, sidesOf } from "./css-length.ts";

const usualType: Type = { fontPx: 16, leading: 1.5, keepsLines: false };
const inlineTags: ReadonlySet<string> = new Set(
  (
    "a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike " +
    "strong sub sup time tt u var"
  ).split(" "),
);
/** A guess on the safe side, where a cell does not say it. */
const cellPadding = 8;
/** Above and below, in letters; what is not here has none. */
const usualMargins: Readonly<Record<string, number>> = {
  h1: 0.67,
  h2: 0.83,
  h3: 1,
  h4: 1.33,
  h5: 1.67,
  h6: 2.33,
  p: 0.6,
  blockquote: 0.6,
  pre: 1,
  ul: 1,
  ol: 1,
  dl: 1,
  figure: 1,
  hr: 0.5,
};

/** A tree whose heights are asked for at several widths. */
export class BodySize {
  readonly #body: BodyElement;
  readonly #widths = new WeakMap<BodyElement, number>();

  constructor(body: BodyElement) {
    this.#body = body;
  }

  /** In pixels, of what stands within `widthPx`. */
  heightAt(widthPx: number): number {
    return this.#blockHeight(this.#body.children, widthPx, usualType);
  }

  #blockHeight(nodes: readonly BodyNode[], width: number, type: Type): number {
    const flow = new Flow(Math.max(width, 40));
    this.#fill(flow, nodes, type);
    return flow.end();
  }

  #fill(flow: Flow, nodes: readonly BodyNode[], type: Type): void {
    for (const node of nodes) {
      if (typeof node === "string") flow.addText(node, type);
      else if (node.style.get("display") !== "none") this.#add(flow, node, type);
    }
  }

  #add(flow: Flow, element: BodyElement, outer: Type): void {
    const { tag, style } = element;
    const type = typeOf(element, outer);
    if (tag === "br") return flow.breakLine(type);
    if (tag === "img") return flow.addPicture(pictureBox(element, flow.width));
    const flows = inlineTags.has(tag) && style.get("display") !== "block";
    if (flows) return this.#fill(flow, element.children, type);
    const margin = sidesOf(style, "margin", type.fontPx);
    const usual = usualMargins[tag] ?? 0;
    const [above, below] = isOutlook(element) ? [0, 0] : [usual, usual];
    const padding = sidesOf(style, "padding", type.fontPx);
    flow.addBlock(
      margin.top ?? above * type.fontPx,
      (padding.top ?? 0) + this.#innerHeight(element, flow.width, type) + (padding.bottom ?? 0),
      margin.bottom ?? below * type.fontPx,
    );
  }

  #innerHeight(element: BodyElement, outerWidth: number, type: Type): number {
    const { tag, style, attributes } = element;
    const width = widthOf(element, outerWidth) ?? outerWidth;
    const least = lengthOf(style.get("height") ?? attributes.get("height"), 0, type.fontPx) ?? 0;
    if (tag === "table") return Math.max(least, this.#tableHeight(element, outerWidth, type));
    const { left = 0, right = 0 } = sidesOf(style, "padding", type.fontPx);
    const indent = tag === "ul" || tag === "ol" || tag === "dd" ? 40 : 0;
    const inner = width - indent - (left + right || (tag === "blockquote" ? 16 : 0));
    return Math.max(least, this.#blockHeight(element.children, inner, type));
  }

  #tableHeight(table: BodyElement, outerWidth: number, type: Type): number {
    const wanted = widthOf(table, outerWidth);
    const width = wanted ?? Math.min(outerWidth, this.#contentWidth(table, type));
    const gap = Number(table.attributes.get("cellspacing") ?? 2) || 0;
    const pad = Number(table.attributes.get("cellpadding") ?? 1) || 0;
    const heights = rowsOf(table).map((row) => {
      if (row.tag === "caption") return this.#blockHeight(row.children, width, type);
      return gap + this.#rowHeight(row, { width, pad, type: typeOf(row, type) });
    });
    return heights.reduce((sum, height) => sum + height, gap);
  }

  #rowHeight(
    row: BodyElement,
    { width, pad, type }: { readonly width: number; readonly pad: number; readonly type: Type },
  ): number {
    const cells = row.children.filter((node) => typeof node !== "string");
    const widths = shareWidth(
      cells.map((cell) => ({
        fixed: widthOf(cell, width),
        content: this.#contentWidth(cell, typeOf(cell, type)),
      })),
      width,
    );
    const heights = cells.map((cell, index) => {
      const own = typeOf(cell, type);
      const {
        top = pad,
        bottom = pad,
        left = pad,
        right = pad,
      } = sidesOf(cell.style, "padding", own.fontPx);
      const inner = (widths[index] ?? width) - left - right;
      const least = lengthOf(cell.style.get("height") ?? cell.attributes.get("height"), 0, 16) ?? 0;
      return Math.max(least, top + this.#blockHeight(cell.children, inner, own) + bottom);
    });
    // As arguments of one call a long row's would not fit on the stack.
    return heights.reduce((highest, height) => Math.max(highest, height), 0);
  }

  /** Of the longest line, if none had to break. */
  #contentWidth(element: BodyElement, type: Type): number {
    const known = this.#widths.get(element);
    if (known !== undefined) return known;
    let [longest, line] = [0, 0];
    for (const node of element.children) {
      if (typeof node === "string") line += textWidth(node.trim(), type);
      else if (node.tag === "br") line = 0;
      else if (node.tag === "img") line += pictureBox(node, 10_000).width;
      else {
        const width = this.#contentWidth(node, typeOf(node, type));
        const beside = inlineTags.has(node.tag) || node.tag === "td" || node.tag === "th";
        line = beside ? line + width : 0;
        longest = Math.max(longest, width);
      }
      longest = Math.max(longest, line);
    }
    const isCell = element.tag === "td" || element.tag === "th";
    const { left = cellPadding, right = cellPadding } = sidesOf(
      element.style,
      "padding",
      type.fontPx,
    );
    const width = widthOf(element, 0) || longest + (isCell ? left + right : 0);
    this.#widths.set(element, width);
    return width;
  }
}

function isOutlook({ attributes }: BodyElement): boolean {
  return (attributes.get("class") ?? "").startsWith("Mso");
}

/** And captions, in their order. */
function rowsOf(table: BodyElement): readonly BodyElement[] {
  return table.children.flatMap((node) => {
    if (typeof node === "string") return [];
    if (node.tag === "tr" || node.tag === "caption") return [node];
    return /^t(?:body|head|foot)$/.test(node.tag) ? rowsOf(node) : [];
  });
}
