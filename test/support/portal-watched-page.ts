/**
 * A page of a browser, in a context of its own, and all that runs in it or asks for something
 * beyond the portal. Several of them look at different messages at the same time.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";

const viewport = { width: 800, height: 600 };

/** What stands at `/raw`, and in a frame at `/outside`. */
export interface RawDocument {
  readonly markup: string;
  readonly headers: Readonly<Record<string, string>>;
}

export class WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What ran or asked since the list was emptied. */
  readonly caught: string[] = [];
  raw: RawDocument = { markup: "", headers: {} };
  readonly #address: string;

  private constructor(page: Page, address: string) {
    this.page = page;
    this.context = page.context();
    this.#address = address;
  }

  /** `address` is the portal's. */
  static async open(browser: Browser, address: string): Promise<WatchedPage> {
    const context = await browser.newContext({ viewport });
    const watched = new WatchedPage(await context.newPage(), address);
    await watched.#watch();
    await watched.#serveRaw();
    return watched;
  }

  async #watch(): Promise<void> {
    await this.context.exposeFunction("sentinel", () => this.caught.push("ran"));
    this.context.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${this.#address}/`) && !url.startsWith("data:")) this.caught.push(url);
    });
    this.context.on("dialog", (dialog) => {
      this.caught.push("dialog");
      void dialog.dismiss();
    });
    this.context.on("page", () => this.caught.push("window"));
  }

  async #serveRaw(): Promise<void> {
    const contentType = "text/html; charset=utf-8";
    await this.page.route("**/raw*", (route) =>
      route.fulfill({ contentType, body: this.raw.markup, headers: this.raw.headers }),
    );
    const body = `<iframe src="/raw" sandbox="allow-popups" width="700" height="500"></iframe>`;
    await this.page.route("**/outside", (route) => route.fulfill({ contentType, body }));
  }

  /** As a reader looks: opens the page and moves the pointer over it. */
  async look(path: string): Promise<void> {
    await this.page.goto(`${this.#address}${path}`, { waitUntil: "load" });
    await this.page.mouse.move(100, 100);
    await this.page.mouse.move(300, 400);
    // A turn of the browser's own loop, so that what was begun is reported.
    await this.page.evaluate(
      "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))",
    );
  }
}
