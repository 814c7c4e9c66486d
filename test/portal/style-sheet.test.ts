/** Contrast by the formula of WCAG 2.2 (relative luminance), from the style sheet itself. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MxsealError } from "../../src/base/errors.ts";
import { styleSheet } from "../../src/portal/style-sheet.ts";
import { type Theme, themeOf, usualTheme } from "../../src/portal/theme.ts";
import { seededRandom } from "../support/random.ts";

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

/** Both schemes of a theme. */
function schemesOf(theme: Theme): readonly (readonly [scheme: string, colours: Colours])[] {
  const [light = "", dark = ""] = styleSheet(theme).split("prefers-color-scheme:dark");
  return [
    ["light", coloursOf(light)],
    ["dark", coloursOf(dark.split("*{")[0] ?? "")],
  ];
}

function assertReadable(colours: Colours): void {
  for (const [ink, ground] of textPairs) {
    assert.ok(colours.has(ink) && colours.has(ground), `${ink} or ${ground} is missing`);
    const ratio = contrast(colours, ink, ground);
    assert.ok(ratio >= 4.5, `${ink} on ${ground}: ${ratio.toFixed(2)} is less than 4.5`);
  }
}

describe("the style sheet", () => {
  for (const [scheme, colours] of schemesOf(usualTheme)) {
    it(`has every text stand out from its ground in the ${scheme} scheme`, () => {
      assertReadable(colours);
    });
    it(`shows where the field is in the ${scheme} scheme`, () => {
      assert.ok(contrast(colours, "field-line", "card") >= 3);
    });
  }

  it("is readable in every colour that an organisation may choose", () => {
    const random = seededRandom(41);
    let chosen = 0;
    while (chosen < 300) {
      const colour = `#${random.bytes(3).toString("hex")}`;
      const theme = acceptable(colour);
      if (theme === undefined) continue;
      chosen += 1;
      for (const [, colours] of schemesOf(theme)) assertReadable(colours);
    }
  });
});

describe("themeOf", () => {
  it("refuses a colour too pale to read and names the nearest that is not", () => {
    assert.throws(() => themeOf("#ffcc00"), { code: "MXSEAL_CONFIG_INVALID", message: /too pale/ });
    const nearest = /; (#[0-9a-f]{6}) would do/.exec(refusalOf("#ffcc00"))?.[1] ?? "";
    assert.equal(themeOf(nearest).light.accent, nearest);
  });

  it("refuses what is no colour", () => {
    for (const text of ["red", "#fff", "#0b5cab;}", "", "#0b5cag"]) {
      assert.throws(() => themeOf(text), { code: "MXSEAL_CONFIG_INVALID" }, text);
    }
  });
});

function acceptable(colour: string): Theme | undefined {
  return refusalOf(colour) === "" ? themeOf(colour) : undefined;
}

function refusalOf(colour: string): string {
  try {
    themeOf(colour);
    return "";
  } catch (error) {
    assert.ok(error instanceof MxsealError);
    return error.message;
  }
}
