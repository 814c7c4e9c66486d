/** Contrast by the formula of WCAG 2.2 (relative luminance), from the style sheet itself. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { styleSheet } from "../../src/portal/style-sheet.ts";

type Colours = ReadonlyMap<string, string>;

function coloursOf(block: string): Colours {
  return new Map(
    [...block.matchAll(/--([\w-]+):(#[0-9a-f]{3,6})/g)].map(([, name, value]) => [
      name ?? "",
      value ?? "",
    ]),
  );
}

function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.slice(1).replace(/./g, "$&$&") : colour.slice(1);
  const [red = 0, green = 0, blue = 0] = (digits.match(/../g) ?? []).map((pair) => {
    const share = Number.parseInt(pair, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(colours: Colours, ink: string, ground: string): number {
  const [one, other] = [ink, ground].map((name) => luminance(colours.get(name) ?? "#fff"));
  const [light, dark] = [Math.max(one ?? 0, other ?? 0), Math.min(one ?? 0, other ?? 0)];
  return (light + 0.05) / (dark + 0.05);
}

const [lightBlock = "", darkBlock = ""] = styleSheet.split("prefers-color-scheme:dark");
const textPairs = [
  ["ink", "ground"],
  ["ink", "card"],
  ["ink", "note-ground"],
  ["soft", "card"],
  ["accent", "ground"],
  ["accent", "card"],
  ["accent", "note-ground"],
  ["accent-strong", "note-ground"],
  ["soft", "note-ground"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["error", "error-ground"],
] as const;

describe("the style sheet", () => {
  for (const [scheme, block] of [
    ["light", lightBlock],
    ["dark", darkBlock.split("*{")[0] ?? ""],
  ] as const) {
    const colours = coloursOf(block);
    for (const [ink, ground] of textPairs) {
      it(`has ${ink} stand out from ${ground} in the ${scheme} scheme`, () => {
        assert.ok(colours.has(ink) && colours.has(ground));
        const ratio = contrast(colours, ink, ground);
        assert.ok(ratio >= 4.5, `${ratio.toFixed(2)} is less than 4.5`);
      });
    }
    it(`shows where the field is in the ${scheme} scheme`, () => {
      assert.ok(contrast(colours, "field-line", "card") >= 3);
    });
  }
});
