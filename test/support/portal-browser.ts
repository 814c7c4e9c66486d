/** Debian's Chromium, driven as a reader drives a browser. */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const executablePath = "/usr/bin/chromium";
/** For `describe`: why there is no browser, or false. */
export const skipWithoutBrowser: string | false = existsSync(executablePath)
  ? false
  : `${executablePath} is not installed`;
/** A name that is not ASCII cannot be saved in the locale C, which a bare machine has. */
const env = { ...process.env, LC_ALL: "C.UTF-8" };
const args = (
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking " +
  "--disable-component-update --disable-sync"
).split(" ");

/** `more`: switches of the browser for this test alone. */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...args, ...more], env });
}

/** Types the code and sends the form. */
export async function enterCode(page: Page, code: string): Promise<void> {
  await page.getByRole("textbox").fill(code);
  await page.getByRole("button").click();
}

export async function headingOf(page: Page): Promise<string> {
  return await page.getByRole("heading", { level: 1 }).innerText();
}
