/**
 * A look at one page by axe-core: WCAG 2.1 A and AA, on a phone in light colours and on a desk in
 * dark ones. Width and colours do not touch each other in our sheets, so two looks see what four
 * would. Where the environment names a folder in MXSEAL_SCREENSHOTS, what was seen is kept there.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";

const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
/** Of the rules asked for; fewer would mean that axe saw no page. */
const leastPasses = 8;
const phone = { width: 320, height: 568 };
const looks = [
  { colorScheme: "light", viewport: phone },
  { colorScheme: "dark", viewport: { width: 1280, height: 800 } },
] as const;

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

interface AxeRun {
  readonly violations: readonly Finding[];
  readonly passes: number;
}

export interface Look {
  /** Pages may have frames: the documents in them are looked at as well, and must let axe in. */
  readonly frames?: boolean;
  readonly leastPasses?: number;
}

/** A browser's window as axe needs it, which a page's own policy would not let in. */
export function openForAxe(browser: Browser, locale: string): Promise<BrowserContext> {
  return browser.newContext({ bypassCSP: true, locale, viewport: phone });
}

export async function assertAccessible(page: Page, name: string, look: Look = {}): Promise<void> {
  const { frames = false } = look;
  for (const frame of frames ? page.frames() : [page.mainFrame()]) {
    if (!(await frame.evaluate("'axe' in window"))) await frame.evaluate(axe);
  }
  for (const { colorScheme, viewport } of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    const where = `${name} (${viewport.width} px, ${colorScheme})`;
    const run: AxeRun = await page.evaluate(runScript(frames));
    assert.deepEqual(run.violations, [], where);
    assert.ok(run.passes >= (look.leastPasses ?? leastPasses), `${where}: ${run.passes} passed`);
    const overhang = await page.evaluate(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    assert.equal(overhang, 0, `${where} scrolls sideways`);
    await keepPicture(page, where);
  }
}

/** Findings alone cross over to us: what passed is thousands of lines. */
function runScript(frames: boolean): string {
  const options = { runOnly: tags, iframes: frames, preload: false, resultTypes: ["violations"] };
  return `axe.run(document, ${JSON.stringify(options)}).then(({ violations, passes }) => ({
    passes: passes.length,
    violations: violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3) })),
  }))`;
}

async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env["MXSEAL_SCREENSHOTS"];
  if (folder === undefined) return;
  const language = await page.locator("html").getAttribute("lang");
  const file = `${language}-${name.replaceAll(/[^\w]+/g, "-")}.png`;
  await page.screenshot({ path: join(folder, file), fullPage: true });
}
