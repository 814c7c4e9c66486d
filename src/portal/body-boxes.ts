/** What attributes and styles of a mail say of sizes, for `body-size.ts`. */
import type { Type } from "./body-flow.ts";
import type { BodyElement } from "./body-tree.ts";
import { lengthOf } from "./css-length.ts";
import { measurePicture } from "./inline-picture.ts";

/** Enough for the header of a JPEG with a preview in it. */
const pictureHeadLetters = 90_000;

const headingSizes: Readonly<Record<string, number>> = {
  h1: 2,
  h2: 1.5,
  h3: 1.17,
  h5: 0.83,
  h6: 0.67,
  small: 0.83,
  big: 1.2,
};
/** Of `font size`, from 1 to 7. */
const fontSizes = [10, 13, 16, 18, 24, 32, 48] as const;

export function typeOf({ tag, style, attributes }: BodyElement, outer: Type): Type {
  const usual = (headingSizes[tag] ?? 1) * outer.fontPx;
  const old = tag === "font" ? fontSizes[Number(attributes.get("size")) - 1] : undefined;
  const fontPx = lengthOf(style.get("font-size"), outer.fontPx, outer.fontPx) ?? old ?? usual;
  const white = style.get("white-space");
  const keepsLines =
    white === undefined ? tag === "pre" || outer.keepsLines : white.startsWith("pre");
  return {
    fontPx,
    leading: leadingOf(style.get("line-height"), fontPx) ?? outer.leading,
    keepsLines,
  };
}

function leadingOf(value: string | undefined, fontPx: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^[\d.]+$/.test(value)) return Math.min(Number(value) || 1.5, 10);
  const height = lengthOf(value, fontPx, fontPx);
  return height === undefined || fontPx === 0 ? undefined : height / fontPx;
}

/** undefined: as wide as there is room. */
export function widthOf({ style, attributes }: BodyElement, outerPx: number): number | undefined {
  const wanted = lengthOf(style.get("width") ?? attributes.get("width"), outerPx, 16);
  const most = lengthOf(style.get("max-width"), outerPx, 16);
  if (most === undefined) return wanted;
  return Math.min(wanted ?? outerPx, most);
}

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** Pictures are never wider than there is room. */
export function pictureBox({ style, attributes }: BodyElement, roomPx: number): Box {
  const natural = naturalSize(attributes.get("src") ?? "");
  const width = lengthOf(style.get("width") ?? attributes.get("width"), roomPx, 16);
  const height = lengthOf(style.get("height") ?? attributes.get("height"), 0, 16);
  const ratio = natural.height / natural.width;
  const wide = width ?? (height === undefined ? natural.width : height / ratio);
  const shown = Math.min(wide, roomPx);
  // `height:auto` of the frame's sheet outdoes the attribute, and a style outdoes the sheet.
  return { width: shown, height: lengthOf(style.get("height"), 0, 16) ?? shown * ratio };
}

function naturalSize(source: string): Box {
  const encoded = source.slice(source.indexOf(",") + 1, pictureHeadLetters);
  return measurePicture(Buffer.from(encoded, "base64")) ?? { width: 1, height: 1 };
}

/** The width of each cell of a row: what is fixed first, the rest as there is content. */
export function shareWidth(
  cells: readonly { readonly fixed: number | undefined; readonly content: number }[],
  roomPx: number,
): readonly number[] {
  const least = (content: number): number => Math.min(content, 60);
  const free = cells.filter(({ fixed }) => fixed === undefined);
  const taken = cells.reduce((sum, { fixed = 0 }) => sum + fixed, 0);
  const floor = free.reduce((sum, { content }) => sum + least(content), 0);
  const wishes = free.reduce((sum, { content }) => sum + content - least(content), 0);
  const rest = Math.max(roomPx - taken - floor, 0);
  const share = wishes === 0 ? 0 : rest / wishes;
  return cells.map(
    ({ fixed, content }) => fixed ?? least(content) + share * (content - least(content)),
  );
}
