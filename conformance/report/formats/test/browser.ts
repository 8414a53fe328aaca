/** Pages in a real browser, from disk. Whatever they say or ask for is a complaint. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const CHROMIUM = "/usr/bin/chromium";

/** Without Chromium tests are reported as skipped, and in CI fail. */
export const HAS_BROWSER = existsSync(CHROMIUM) || process.env.CI !== undefined;

export class Tabs {
  readonly complaints: string[] = [];
  readonly #directory = mkdtempSync(path.join(tmpdir(), "quorate-html-"));
  readonly #browser: Browser;
  readonly #hasClock: boolean;
  /** By their options: to open one takes longer than to load a page in it. */
  readonly #tabs = new Map<string, Page>();

  private constructor(browser: Browser, hasClock: boolean) {
    this.#browser = browser;
    this.#hasClock = hasClock;
  }

  /** @param hasClock whether time passes in pages only when a test says so */
  static async launch({ hasClock }: { readonly hasClock: boolean }): Promise<Tabs> {
    // A container has no room for the sandbox; the page is our own.
    return new Tabs(await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] }), hasClock);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#directory, { recursive: true });
  }

  /** @param hash what follows the `#` of its URL */
  async open(text: string, options: BrowserContextOptions = {}, hash = ""): Promise<Page> {
    const file = path.join(this.#directory, "report.html");
    writeFileSync(file, text);
    const key = JSON.stringify(options);
    const opened = this.#tabs.get(key) ?? (await this.#newTab(options));
    this.#tabs.set(key, opened);
    this.complaints.length = 0;
    // A URL that differs in its hash alone loads nothing.
    await opened.goto("about:blank");
    await opened.goto(`${pathToFileURL(file).href}${hash === "" ? "" : `#${hash}`}`);
    return opened;
  }

  async #newTab(options: BrowserContextOptions): Promise<Page> {
    const { complaints } = this;
    const context = await this.#browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    const opened = await context.newPage();
    opened.on("console", (message) => complaints.push(message.text()));
    opened.on("pageerror", (error) => complaints.push(error.message));
    opened.on("dialog", (dialog) => complaints.push(dialog.message()));
    opened.on("request", (asked) => /report\.html(#.*)?$/.test(asked.url()) || complaints.push(asked.url()));
    if (this.#hasClock) await opened.clock.install();
    return opened;
  }
}

/** How much wider the page is than what one sees of it. */
export const overflowOf = (opened: Page): Promise<number> =>
  opened.evaluate<number>("document.documentElement.scrollWidth - innerWidth");

/** How light ink and paper are, 0 to 255. */
export async function inkAndPaper(opened: Page): Promise<readonly [ink: number, paper: number]> {
  const { color, backgroundColor } = await opened.evaluate<Record<string, string>>(
    "(({ color, backgroundColor }) => ({ color, backgroundColor }))(getComputedStyle(document.body))",
  );
  const [ink, paper] = [color, backgroundColor].map((text) =>
    Math.max(...text!.match(/\d+/g)!.slice(0, 3).map(Number)),
  );
  return [ink!, paper!];
}

/** By what they are for. */
export const SCREENS: readonly (readonly [string, BrowserContextOptions])[] = [
  ["a phone", { viewport: { width: 390, height: 844 } }],
  ["a tablet in the dark", { viewport: { width: 820, height: 1180 }, colorScheme: "dark" }],
  ["a desk", { viewport: { width: 1440, height: 900 } }],
];
