/** Lengths in the style attributes and attributes of a mail, in pixels (CSS 2.1 §4.3.2, §8). */

const pixelsOf: Readonly<Record<string, number>> = { "": 1, px: 1, pt: 4 / 3, in: 96, cm: 37.8 };
/** What is longer than any page was meant to mislead. */
const longestPx = 20_000;

/** `basisPx`: what percentages are of. undefined: none, or `auto`. */
export function lengthOf(
  value: string | undefined,
  basisPx: number,
  fontPx: number,
): number | undefined {
  const [, digits, unit = ""] = /^\s*(\d{1,6}(?:\.\d{1,6})?)(px|pt|in|cm|em|rem|%)?/i.exec(
    value ?? "",
  ) ?? [undefined, undefined];
  if (digits === undefined) return undefined;
  const scale = scaleOf(unit.toLowerCase(), basisPx, fontPx);
  return Math.min(Number(digits) * scale, longestPx);
}

function scaleOf(unit: string, basisPx: number, fontPx: number): number {
  switch (unit) {
    case "%":
      return basisPx / 100;
    case "em":
      return fontPx;
    case "rem":
      return 16;
    default:
      return pixelsOf[unit] ?? 1;
  }
}

export interface Sides {
  readonly top?: number | undefined;
  readonly right?: number | undefined;
  readonly bottom?: number | undefined;
  readonly left?: number | undefined;
}

/** Of a margin or padding, where the style says anything. */
export function sidesOf(
  style: ReadonlyMap<string, string>,
  property: "margin" | "padding",
  fontPx: number,
): Sides {
  const inPixels = (value: string | undefined) => lengthOf(value, 0, fontPx);
  const [top, right = top, bottom = top, left = right] = (style.get(property) ?? "")
    .split(/\s+/)
    .map(inPixels);
  return {
    top: inPixels(style.get(`${property}-top`)) ?? top,
    right: inPixels(style.get(`${property}-right`)) ?? right,
    bottom: inPixels(style.get(`${property}-bottom`)) ?? bottom,
    left: inPixels(style.get(`${property}-left`)) ?? left,
  };
}
