/** Colours as `#rrggbb`, and how far they stand out from each other (WCAG 2.2, contrast ratio). */

/** Of text against its ground, for sizes of every kind (SC 1.4.3). */
export const leastContrast = 4.5;

const mixSteps = 50;

export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

/** From 1 (the same) to 21 (black on white). */
export function contrastOf(one: string, other: string): number {
  const [first, second] = [luminanceOf(one), luminanceOf(other)];
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
}

/** `share` of `other` (0 to 1) stirred into `colour`. */
export function mixed(colour: string, other: string, share: number): string {
  const parts = channelsOf(other);
  const mixture = channelsOf(colour).map((value, index) =>
    Math.round(value + ((parts[index] ?? 0) - value) * share)
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${mixture.join("")}`;
}

/** `colour` itself, or as little of `towards` in it as makes it stand out from `ground`. */
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
