/**
 * How high the frame of a mail is: a class for each of three widths of a window, because our pages
 * have neither script nor style attributes. Each step is a tenth higher than the one before; what
 * would be higher than the last scrolls within its frame. A document of its own in the whole window is
 * no way out: it would show a stranger's words where a reader expects the portal's.
 */
import { BodySize } from "./body-size.ts";
import { parseBody } from "./body-tree.ts";

const leastPx = 72;
const growth = 1.1;
const steps = 60;
/** Around the text of the document, above and below, and the frame's own line. */
const paddingPx = 34;
/** Fonts differ. */
const reserve = 1.04;

/** Windows up to `windowPx` wide leave the mail `roomPx`, or somewhat more. */
const widths = [
  { name: "l", windowPx: undefined, roomPx: 700 },
  { name: "m", windowPx: 640, roomPx: 285 },
  { name: "s", windowPx: 370, roomPx: 226 },
] as const;

/** For a cleaned body. */
export function frameClasses(markup: string): string {
  const body = parseBody(markup);
  const size = body && new BodySize(body);
  return widths
    .map(({ name, roomPx }) => {
      const heightPx = size?.heightAt(roomPx) ?? Number.POSITIVE_INFINITY;
      return `${name}${stepFor(heightPx * reserve + paddingPx)}`;
    })
    .join(" ");
}

/** Of what nobody can measure, the last. */
function stepFor(heightPx: number): number {
  if (Number.isNaN(heightPx)) return steps - 1;
  const step = Math.ceil(Math.log(heightPx / leastPx) / Math.log(growth));
  return Math.min(Math.max(step, 0), steps - 1);
}

export function frameRules(): string {
  return widths
    .map(({ name, windowPx }) => {
      const rules = Array.from({ length: steps }, (_, step) => {
        const height = Math.round(leastPx * growth ** step);
        return `.mail.${name}${step}{height:${height}px}`;
      }).join("");
      return windowPx === undefined ? rules : `@media (max-width:${windowPx}px){${rules}}`;
    })
    .join("\n");
}
