/**
 * The colours of links and buttons in both colour schemes. An organisation names one colour of
 * its own; the others follow from it, so that every text keeps its contrast (WCAG 2.2 SC 1.4.3).
 */

import { contrastOf, isColour, leastContrast, mixed, standingOut } from "../base/colour.ts";
import { MxsealError } from "../base/errors.ts";

export interface Theme {
  readonly light: Accent;
  readonly dark: Accent;
}

/** All as `#rrggbb`. */
export interface Accent {
  readonly accent: string;
  /** Under the pointer. */
  readonly strong: string;
  /** Text on `accent`. */
  readonly onAccent: string;
}

/** The least favourable ground of each scheme in `style-sheet.ts`. */
const lightGround = "#eef1f4";
const darkGround = "#252e38";

export const usualTheme: Theme = {
  light: { accent: "#0b5cab", strong: "#084a8c", onAccent: "#ffffff" },
  dark: { accent: "#7ab8f5", strong: "#a3cff9", onAccent: "#0b1a29" },
};

/** Rejects with MXSEAL_CONFIG_INVALID a colour too pale for text, and names the nearest that is not. */
export function themeOf(accent: string): Theme {
  if (!isColour(accent)) {
    throw new MxsealError("MXSEAL_CONFIG_INVALID", "the accent colour must look like #0b5cab");
  }
  const contrast = contrastOf(accent, lightGround);
  if (contrast < leastContrast) {
    const nearest = standingOut(accent, lightGround, "#000000");
    const reached = contrast.toFixed(1);
    throw new MxsealError(
      "MXSEAL_CONFIG_INVALID",
      `the accent colour ${accent} is too pale to read (contrast ${reached}:1, needed ${leastContrast}:1); ${nearest} would do`,
    );
  }
  const onDark = standingOut(accent, darkGround, "#ffffff");
  return {
    light: { accent, strong: mixed(accent, "#000000", 0.2), onAccent: "#ffffff" },
    dark: { accent: onDark, strong: mixed(onDark, "#ffffff", 0.35), onAccent: "#0b1a29" },
  };
}
