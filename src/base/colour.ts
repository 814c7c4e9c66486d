/** Colours as `#rrggbb`, and how far they stand out from each other (WCAG 2.2 §1.4.3). */

/** Of text against its ground, at every size. */
export const leastContrast = 4.5;

/** The colours of surfaces and text, alike in mails and on pages, for both schemes. */
export const lightSurface = { ground: "#eef1f4", card: "#ffffff", ink: "#17202a" } as const;
export const darkSurface = { ground: "#12171c", card: "#1c232b", ink: "#eef2f6" } as const;

const mixSteps = 50;

export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

/** From 1, the same colour, to 21, black on white. */
export function contrastOf(one: string, other: string): number {
  const [low = 0, high = 0] = [luminanceOf(one), luminanceOf(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** `share` of `other` (0 to 1) stirred into `colour`. */
export function mixed(colour: string, other: string, share: number): string {
  const channels = channelsOf(other);
  const sum = channelsOf(colour).map((value, index) => {
    const part = value + ((channels[index] ?? 0) - value) * share;
    return Math.round(part).toString(16).padStart(2, "0");
  });
  return `#${sum.join("")}`;
}

/** `colour`, with as little of `towards` as makes text of it readable on `ground`. */
export function standingOut(colour: string, ground: string, towards: string): string {
  for (let step = 0; step < mixSteps; step += 1) {
    const candidate = mixed(colour, towards, step / mixSteps);
    if (contrastOf(candidate, ground) >= leastContrast) return candidate;
  }
  return towards;
}

function channelsOf(colour: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
