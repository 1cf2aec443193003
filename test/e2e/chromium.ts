import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const executablePath = process.env.SLUICE_CHROMIUM ?? "/usr/bin/chromium";

/**
 * Why browser tests do not run here; `undefined` if they do. A machine with no browser may run all
 * other tests; the gate (CI=true) may not leave these out.
 */
export const skipReason =
  process.env.SLUICE_SKIP_BROWSER === "1"
    ? "SLUICE_SKIP_BROWSER=1"
    : process.env.CI !== "true" && !existsSync(executablePath)
      ? `there is no browser at ${executablePath}; name one in SLUICE_CHROMIUM`
      : undefined;

/**
 * Starts the installed browser, with a fresh profile that is removed when it closes.
 *
 * @throws Error saying what to do where there is none: a missing browser is not a passed test.
 */
export function launchChromium(): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no browser at ${executablePath}. Install it (Debian: apt-get install -y chromium), ` +
        "name another one in SLUICE_CHROMIUM, or skip these tests with SLUICE_SKIP_BROWSER=1.",
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A page of its own context, and everything that went wrong on it. */
export class Tab implements AsyncDisposable {
  readonly page: Page;
  #problems: string[] = [];

  private constructor(page: Page, origin: string) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      this.#problems.push(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => this.#problems.push(String(error)));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${origin}/`) && !url.startsWith("data:")) {
        this.#problems.push(`${url} was requested, which is not of ${origin}`);
      }
    });
  }

  static async open(browser: Browser, url: string, options?: BrowserContextOptions): Promise<Tab> {
    const context = await browser.newContext(options);
    const tab = new Tab(await context.newPage(), url);
    await tab.page.goto(url);
    return tab;
  }

  /** The problems so far, which the caller has expected. */
  takeProblems(): string[] {
    const taken = this.#problems;
    this.#problems = [];
    return taken;
  }

  /** @throws Error with all problems that nobody has taken. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
    if (this.#problems.length > 0) {
      throw new Error(`the page had problems:\n${this.#problems.join("\n")}`);
    }
  }
}
