import type { Page } from "playwright-core";
import type { Sample } from "../../examples/host-telemetry/messages.js";

/** The figures on the page, by the ids of their elements, and the time of their sample. */
export interface Figures {
  readonly at: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What the page shows at this moment. */
export function figuresOf(page: Page): Promise<Figures> {
  return page.evaluate(() => ({
    at: document.getElementById("plots")?.dataset.at ?? "",
    values: Object.fromEntries(
      [...document.querySelectorAll("data")].map((data) => [data.id, data.value]),
    ),
  }));
}

/** What the page should show for a sample. */
export function expectedFigures({ cpuPercent, load, memory, network }: Sample): Figures["values"] {
  const values: Record<string, number | bigint | undefined> = {
    cpu: cpuPercent,
    "memory-used": memory.usedBytes,
    "memory-percent": (100 * Number(memory.usedBytes)) / Number(memory.totalBytes),
    "memory-total": memory.totalBytes,
    "load-1": load?.oneMinute,
    "load-5": load?.fiveMinutes,
    "load-15": load?.fifteenMinutes,
    "rx-rate": network?.rxBytesPerSecond,
    "tx-rate": network?.txBytesPerSecond,
    "rx-total": network?.rxBytes,
    "tx-total": network?.txBytes,
  };
  return Object.fromEntries(Object.entries(values).map(([id, v]) => [id, String(v ?? "")]));
}

/** How many samples have arrived on the page. */
export function sampleCount(page: Page): Promise<number> {
  return page.evaluate(() => Number(document.body.dataset.samples ?? 0));
}

/** Waits until `count` more samples have arrived after the next one, and returns how long they took. */
export function timeForSamples(page: Page, count: number): Promise<number> {
  return page.evaluate(
    (count) =>
      new Promise<number>((resolve) => {
        let left = count + 1;
        let startMs = 0;
        const observer = new MutationObserver(() => {
          if (left === count + 1) startMs = performance.now();
          left--;
          if (left > 0) return;
          observer.disconnect();
          resolve(performance.now() - startMs);
        });
        observer.observe(document.body, { attributeFilter: ["data-samples"] });
      }),
    count,
  );
}

/** Waits until the page says that its connection is in this state. */
export function connectionState(page: Page, label: "Live" | "Reconnecting"): Promise<void> {
  return page.getByRole("status").getByText(label, { exact: true }).waitFor();
}

/** Enters a value in one of the settings and submits it. */
export async function enter(page: Page, label: string, value: string): Promise<void> {
  const input = page.getByRole("spinbutton", { name: label });
  await input.fill(value);
  await page.locator("form", { has: input }).getByRole("button", { name: "Set" }).click();
}
