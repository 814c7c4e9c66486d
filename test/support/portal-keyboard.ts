/** A reader with nothing but a keyboard: the focus must be in sight, and lead to everything. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";

/** WCAG 2.2 SC 2.5.8 asks for 24 by 24; a thumb is happier with these. */
const leastTargetHeight = 40;
const maxTabs = 30;

/** What stands in the focus: its words, and whether it can be seen there. Runs in the browser. */
const focusProbe = `(() => {
  const active = document.activeElement;
  const box = active.getBoundingClientRect();
  const style = getComputedStyle(active);
  return {
    tag: active.tagName,
    name: active.labels?.[0]?.innerText ?? active.title + active.innerText.replaceAll("\\n", " "),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    inSight: box.bottom > 0 && box.top < innerHeight && box.width > 0,
  };
})()`;

interface Focus {
  readonly tag: string;
  readonly name: string;
  readonly outlined: boolean;
  readonly inSight: boolean;
}

/** Presses Tab until what has the focus is named so, or begins so; returns all that was passed, in order. */
export async function tabTo(page: Page, name: RegExp | string): Promise<readonly string[]> {
  const passed: string[] = [];
  for (let count = 0; count < maxTabs; count += 1) {
    await page.keyboard.press("Tab");
    const focus: Focus = await page.evaluate(focusProbe);
    if (focus.tag === "BODY") continue;
    assert.ok(focus.inSight, `${focus.name} has the focus out of sight`);
    if (focus.tag !== "IFRAME") assert.ok(focus.outlined, `${focus.name} does not show its focus`);
    passed.push(focus.name);
    const isIt = typeof name === "string" ? focus.name.startsWith(name) : name.test(focus.name);
    if (isIt) return passed;
  }
  return assert.fail(`${name} is not reached, only ${passed.join(", ")}`);
}

export async function assertFits(page: Page): Promise<void> {
  const overhang = await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  assert.equal(overhang, 0, `${page.url()} scrolls sideways`);
  // A small round box has its words as a target as well.
  const targets = "button, .button, .files a, input:not([type=radio]), label:has(input)";
  for (const target of await page.locator(targets).all()) {
    const box = await target.boundingBox();
    if (box !== null) assert.ok(box.height >= leastTargetHeight, await target.innerText());
  }
}

/** Tabs to what is named so and presses it. */
export async function pressNamed(page: Page, name: RegExp | string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press("Enter");
}
