import type { Page } from "playwright-core";

/** A reading in the list on the page. */
export interface ShownReading {
  /** `server/session/instance`. */
  readonly id: string;
  readonly version: number;
}

/** Waits until the page shows a range, or why it does not. */
export async function rangeState(
  page: Page,
  state: "loading" | "ready" | "empty" | "error",
): Promise<void> {
  await page.locator(`#range[data-state=${state}]`).waitFor();
}

/** Chooses a series, and waits until it is there. */
export async function choose(page: Page, series: string): Promise<void> {
  await page.getByLabel("Series").selectOption(series);
  await rangeState(page, "ready");
}

/** Enters a range and asks for it. */
export async function enterRange(page: Page, from: string, to: string): Promise<void> {
  await page.getByLabel("From").fill(from);
  await page.getByLabel("To", { exact: true }).fill(to);
  await page.getByRole("button", { name: "Show" }).click();
}

/** A figure of the page, as a program reads it; NaN if there is none. */
export async function figure(page: Page, id: string): Promise<number> {
  const value = await page.locator(`data#${id}`).getAttribute("value");
  return value === null ? Number.NaN : Number(value);
}

/** What the plot of the range is made of. */
export async function rangeFigures(page: Page) {
  const [count, min, mean, max, pages] = await Promise.all(
    ["count", "min", "mean", "max", "pages"].map((name) => figure(page, `range-${name}`)),
  );
  return { count, min, mean, max, pages };
}

/** How many pixels of a plot have been drawn on. */
export function inkOf(page: Page, plot: string): Promise<number> {
  return page.locator(`#${plot} canvas`).evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) count++;
    return count;
  });
}

/** From now on remembers every row that comes into the list of readings, and those in it now. */
export async function recordReadings(page: Page): Promise<void> {
  await page.evaluate(() => {
    const list = document.getElementById("tail")!;
    const shown: { id: string; version: number }[] = [];
    const take = (row: Node) => {
      const { id = "", version } = (row as HTMLElement).dataset;
      shown.push({ id, version: Number(version) });
    };
    // The newest is the first.
    for (const row of [...list.children].reverse()) take(row);
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const row of [...addedNodes].reverse()) take(row);
    }).observe(list, { childList: true });
    Object.assign(window, { shown });
  });
}

/** What `recordReadings()` has seen so far, in the order in which it came. */
export function recordedReadings(page: Page): Promise<ShownReading[]> {
  return page.evaluate(() => (window as unknown as { shown: ShownReading[] }).shown);
}

/** Waits until the page says that its connection is in this state. */
export function connectionState(
  page: Page,
  label: "Live" | "Reconnecting" | "Stopped",
): Promise<void> {
  return page.locator("#connection").getByText(label, { exact: true }).waitFor();
}
