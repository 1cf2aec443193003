import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createConnectTransport } from "@connectrpc/connect-node";
import type { Browser, BrowserContextOptions, Page, Route } from "playwright-core";
import { EventClient } from "sluice/client";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { CuttingProxy } from "../support/cutting-proxy.js";
import { launchChromium, skipReason, Tab } from "./chromium.js";
import { buildExample, ExampleServer } from "./example-server.js";
import {
  choose,
  connectionState,
  enterRange,
  figure,
  inkOf,
  rangeFigures,
  rangeState,
  recordedReadings,
  recordReadings,
  type ShownReading,
} from "./sensor-log-page.js";

if (skipReason !== undefined) console.warn(`browser tests are skipped: ${skipReason}`);

/** What Chromium reports when a server goes away, and while it is not there. */
const connectionProblem = /net::ERR_[A-Z_]+/;

const data = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "../data");

/** A value and the milliseconds since 1970 of its time, of every series, as the files have them. */
const files = readFiles();

function readFiles(): Map<string, { atMs: number; value: number }[]> {
  const series = new Map<string, { atMs: number; value: number }[]>();
  const add = (name: string, atMs: number, value: number) => {
    series.set(name, [...(series.get(name) ?? []), { atMs, value }]);
  };
  const [heading, ...lines] = readFileSync(join(data, "weather.csv"), "utf8").trim().split("\n");
  const columns = heading!.split(",").slice(2, 6);
  for (const line of lines) {
    const [place, date, ...values] = line.split(",");
    for (const [i, column] of columns.entries()) {
      const name = `weather/${place!.toLowerCase().replace(" ", "-")}/${column}`;
      add(name, Date.parse(date!), Number(values[i]));
    }
  }
  const { features } = JSON.parse(readFileSync(join(data, "earthquakes.json"), "utf8"));
  for (const { properties } of features) {
    add("earthquakes/?/magnitude", properties.time, properties.mag);
    add(`earthquakes/${properties.net}/magnitude`, properties.time, properties.mag);
  }
  return series;
}

/** What the page should show of a series between two times. */
function expectedFigures(name: string, from = -Infinity, to = Infinity) {
  const values = files.get(name)!.filter(({ atMs }) => atMs >= from && atMs <= to);
  const numbers = values.map(({ value }) => value);
  return {
    count: numbers.length,
    min: Math.min(...numbers),
    mean: expect.closeTo(numbers.reduce((sum, value) => sum + value, 0) / numbers.length, 9),
    max: Math.max(...numbers),
    pages: Math.max(1, Math.ceil(numbers.length / 1_000)),
  };
}

describe.skipIf(skipReason !== undefined)("the page of sensor-log", { timeout: 60_000 }, () => {
  let browser: Browser;
  let dir: string;
  let server: ExampleServer;

  beforeAll(async () => {
    browser = await launchChromium();
    await buildExample("sensor-log");
    dir = await mkdtemp(join(tmpdir(), "sensor-log-"));
    server = await ExampleServer.start("sensor-log", { DATA_DIR: dir });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await server?.end("SIGTERM");
    await rm(dir, { recursive: true, force: true });
  });

  const open = async (query = "", options?: BrowserContextOptions) => {
    const tab = await Tab.open(browser, server.url, options);
    if (query !== "") await tab.page.goto(`${server.url}/?${query}`);
    await connectionState(tab.page, "Live");
    return tab;
  };

  const clientOf = ({ url }: { url: string }) =>
    new EventClient(createConnectTransport({ baseUrl: url, httpVersion: "1.1" }));

  /** What the log has of the station, between two readings, both included. */
  async function stored(first: number, last: number): Promise<ShownReading[]> {
    const readings: ShownReading[] = [];
    const query = { types: [["simulated", "*"]], order: "ascending" } as const;
    for await (const { id, stream } of clientOf(server).queryTimeseries(query)) {
      const { version } = stream!;
      if (version < first || version > last) continue;
      readings.push({ id: `${id.server}/${id.session}/${id.instance}`, version });
    }
    return readings;
  }

  /** Waits until the page has got so many more readings than it has now. */
  async function moreReadings(page: Page, count: number): Promise<void> {
    const before = await figure(page, "live-count");
    await vi.waitFor(async () => {
      expect(await figure(page, "live-count")).toBeGreaterThanOrEqual(before + count);
    }, 30_000);
  }

  /** What the page has shown is what the log has: all of it, once, in its order. */
  async function expectNothingMissing(page: Page): Promise<ShownReading[]> {
    const shown = await recordedReadings(page);
    const all = await stored(shown[0]!.version, shown.at(-1)!.version);
    expect(shown).toEqual(all);
    expect(all.length).toBe(shown.at(-1)!.version - shown[0]!.version + 1);
    expect(await figure(page, "live-missing")).toBe(0);
    expect(await figure(page, "live-twice")).toBe(0);
    return shown;
  }

  /** Waits until the range that is shown comes to this. */
  const showsFigures = (page: Page, expected: ReturnType<typeof expectedFigures>) =>
    vi.waitFor(async () => expect(await rangeFigures(page)).toEqual(expected), 15_000);

  /** Answers calls of the event store that the page makes from now on. */
  const intercept = (page: Page, method: string, answer: (route: Route) => Promise<void>) =>
    page.route(`**/sluice.events.v1.EventService/${method}`, answer);

  it("plots everything that the files have, read page by page", async () => {
    await using tab = await open();
    await rangeState(tab.page, "ready");
    expect(await rangeFigures(tab.page)).toEqual(expectedFigures("weather/seattle/temp_max"));
    const heading = tab.page.getByRole("heading", { name: "Highest temperature, Seattle" });
    await heading.waitFor();
    expect(await inkOf(tab.page, "range-plot")).toBeGreaterThan(5_000);

    const options = tab.page.getByLabel("Series").locator("option");
    const names = await options.evaluateAll((all) =>
      all.map((option) => (option as HTMLOptionElement).value),
    );
    const simulated = names.filter((name) => name.startsWith("simulated/"));
    expect(simulated).toHaveLength(3);
    expect(names.filter((name) => !simulated.includes(name)).sort()).toEqual(
      [...files.keys()].sort(),
    );
    for (const name of files.keys()) {
      await choose(tab.page, name);
      await tab.page.getByRole("button", { name: "All", exact: true }).click();
      await showsFigures(tab.page, expectedFigures(name));
    }
    await choose(tab.page, simulated[0]!);
    expect((await rangeFigures(tab.page)).count).toBeGreaterThan(0);
  });

  it("plots the range that is entered, both ends included", async () => {
    await using tab = await open();
    await enterRange(tab.page, "2012-01-01T00:00", "2012-12-31T00:00");
    const name = "weather/seattle/temp_max";
    const expected = expectedFigures(name, Date.UTC(2012, 0, 1), Date.UTC(2012, 11, 31));
    expect(expected).toMatchObject({ count: 366, max: 34.4 });
    await showsFigures(tab.page, expected);
    // The address has it, too.
    await tab.page.reload();
    await showsFigures(tab.page, expected);
  });

  it("goes to a part of the record, to what is before it, and to where there is nothing", async () => {
    const name = "weather/new-york/wind";
    await using tab = await open(`series=${name}`);
    await tab.page.getByRole("button", { name: "Year" }).click();
    const [end, dayMs] = [Date.UTC(2015, 11, 31), 86_400_000];
    const last = expectedFigures(name, end - 365 * dayMs, end);
    await showsFigures(tab.page, last);
    await tab.page.getByRole("button", { name: "‹" }).click();
    const before = expectedFigures(name, end - 730 * dayMs, end - 365 * dayMs);
    await showsFigures(tab.page, before);

    await enterRange(tab.page, "1999-01-01T00:00", "1999-12-31T00:00");
    await rangeState(tab.page, "empty");
    await tab.page.getByText("No readings in this range.").waitFor();
    expect(await rangeFigures(tab.page)).toMatchObject({ count: 0, min: Number.NaN });
  });

  it("looks closer where the plot is dragged across, and tells what is under the pointer", async () => {
    const name = "earthquakes/?/magnitude";
    await using tab = await open(`series=${name}`);
    await rangeState(tab.page, "ready");
    const { x, y, width, height } = (await tab.page.locator("#range-plot .u-over").boundingBox())!;
    // The file begins with the newest, and so does the log: the plot has them in their order.
    const hover = tab.page.locator("#range-hover");
    await tab.page.mouse.move(x + 1, y + height / 2);
    await hover.filter({ hasText: /^31 Jan 2018, 01:49:59 · / }).waitFor();
    await tab.page.mouse.move(x + width - 1, y + height / 2);
    await hover.filter({ hasText: /^7 Feb 2018, 01:26:13 · / }).waitFor();
    await tab.page.mouse.move(x + width / 4, y + height / 2);
    await tab.page.mouse.down();
    await tab.page.mouse.move(x + width / 2, y + height / 2, { steps: 5 });
    await tab.page.mouse.up();
    await vi.waitFor(async () => {
      const { count } = await rangeFigures(tab.page);
      expect(count).toBeLessThan(files.get(name)!.length);
      expect(count).toBeGreaterThan(0);
    }, 15_000);
    const [from, to] = await Promise.all(
      ["From", "To"].map(async (label) => {
        const input = tab.page.getByLabel(label, { exact: true });
        return Date.parse(`${await input.inputValue()}Z`);
      }),
    );
    expect(await rangeFigures(tab.page)).toEqual(expectedFigures(name, from, to));
    await tab.page.mouse.move(x + width / 3, y + height / 2);
    await hover.filter({ hasText: /^\d+ Feb 2018, [\d:]+ · -?\d\.\d+ · \S+/ }).waitFor();
  });

  it("does not ask for a range that is none", async () => {
    await using tab = await open();
    await rangeState(tab.page, "ready");
    const before = await rangeFigures(tab.page);
    let asked = 0;
    await intercept(tab.page, "QueryTimeseries", (route) => {
      asked++;
      return route.continue();
    });
    const alert = tab.page.getByRole("alert").filter({ hasText: /./ });
    for (const [from, to, problem] of [
      ["2013-01-01T00:00", "2012-01-01T00:00", "The range ends before it begins."],
      ["", "2012-01-01T00:00", "Both times are needed, from and to."],
    ] as const) {
      await enterRange(tab.page, from, to);
      await alert.filter({ hasText: problem }).waitFor();
      expect(await tab.page.getByLabel("From").getAttribute("aria-invalid")).toBe("true");
      expect([asked, await rangeFigures(tab.page)]).toEqual([0, before]);
    }
    await tab.page.getByRole("button", { name: "Year" }).click();
    await alert.waitFor({ state: "detached" });
    expect(await tab.page.getByLabel("From").getAttribute("aria-invalid")).toBe("false");
    await tab.page.unrouteAll({ behavior: "wait" });
  });

  it("says what went wrong, and tries again when it is told to", async () => {
    await using tab = await open();
    await rangeState(tab.page, "ready");
    const abort = (route: Route) => route.abort("connectionreset");
    await intercept(tab.page, "QueryTimeseries", abort);
    await tab.page.getByRole("button", { name: "Year" }).click();
    await rangeState(tab.page, "error");
    expect(await tab.page.locator("#range-state").textContent()).not.toBe("");
    await tab.page.unrouteAll();
    await tab.page.getByRole("button", { name: "Try again" }).click();
    await rangeState(tab.page, "ready");
    expect((await rangeFigures(tab.page)).count).toBe(366);
    for (const problem of tab.takeProblems()) expect(problem).toMatch(connectionProblem);
  });

  it("shows what was chosen last, whatever is answered last", async () => {
    await using tab = await open();
    await rangeState(tab.page, "ready");
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let held = 0;
    await intercept(tab.page, "QueryTimeseries", async (route) => {
      const isFirst = held++ === 0;
      if (isFirst) await released;
      // The page has left the first one by then.
      await route.continue().catch((error: unknown) => {
        if (!isFirst) throw error;
      });
    });
    await tab.page.getByLabel("Series").selectOption("weather/seattle/wind");
    await rangeState(tab.page, "loading");
    await tab.page.getByText("Loading…").waitFor();
    await choose(tab.page, "weather/new-york/temp_min");
    const expected = expectedFigures("weather/new-york/temp_min");
    await showsFigures(tab.page, expected);
    release();
    await choose(tab.page, "weather/new-york/wind");
    const wind = expectedFigures("weather/new-york/wind");
    await showsFigures(tab.page, wind);
    await tab.page.unrouteAll({ behavior: "wait" });
  });

  it("shows the live tail as it grows, reading for reading what the log has", async () => {
    await using tab = await open();
    await recordReadings(tab.page);
    await moreReadings(tab.page, 12);
    const shown = await expectNothingMissing(tab.page);
    expect(shown.length).toBeGreaterThanOrEqual(12);
    for (const plot of ["temperature", "pressure", "wind"]) {
      expect(await inkOf(tab.page, `${plot}-plot`)).toBeGreaterThan(200);
      expect(await figure(tab.page, plot)).not.toBeNaN();
    }
  });

  it.each(["SIGKILL", "SIGTERM"] as const)(
    "goes on after a restart (%s) with nothing missing and nothing twice",
    async (signal) => {
      await using tab = await open();
      await recordReadings(tab.page);
      await moreReadings(tab.page, 6);
      const PORT = String(server.port);
      await server.end(signal);
      await connectionState(tab.page, "Reconnecting");
      if (signal === "SIGKILL") {
        await tab.page.locator("#connection-note", { hasText: /Attempt ([2-9]|\d\d)/ }).waitFor();
        await tab.page.screenshot({ path: "test-results/sensor-log-reconnecting.png" });
      }
      const before = (await recordedReadings(tab.page)).length;
      server = await ExampleServer.start("sensor-log", { PORT, DATA_DIR: dir });
      await connectionState(tab.page, "Live");
      await moreReadings(tab.page, 6);
      const shown = await expectNothingMissing(tab.page);
      expect(shown.length).toBeGreaterThan(before);
      await tab.page
        .getByRole("log")
        .getByText(/^Resumed after .* had come meanwhile\.$/)
        .waitFor();
      for (const problem of tab.takeProblems()) expect(problem).toMatch(connectionProblem);
    },
  );

  it("is told what happened while it had no connection", async () => {
    await using proxy = await CuttingProxy.to(server.port);
    await using tab = await Tab.open(browser, proxy.url);
    await connectionState(tab.page, "Live");
    await recordReadings(tab.page);
    // Nobody listens on port 1.
    proxy.turnTo(1);
    proxy.cut();
    await connectionState(tab.page, "Reconnecting");
    const last = (await recordedReadings(tab.page)).at(-1)!.version;
    await vi.waitFor(async () => {
      expect(await stored(last + 1, Number.POSITIVE_INFINITY)).toHaveLength(15);
    }, 20_000);
    expect((await recordedReadings(tab.page)).at(-1)!.version).toBe(last);
    proxy.turnTo(server.port);
    await connectionState(tab.page, "Live");
    await moreReadings(tab.page, 3);
    const shown = await expectNothingMissing(tab.page);
    expect(shown.at(-1)!.version).toBeGreaterThan(last + 15);
    const entry = tab.page.getByRole("log").getByText(/^Resumed after/);
    const [, meanwhile] = /: (\d+) readings? had come/.exec((await entry.textContent())!)!;
    expect(Number(meanwhile)).toBeGreaterThanOrEqual(15);
    for (const problem of tab.takeProblems()) expect(problem).toMatch(connectionProblem);
  });

  it("begins anew when the server has another log", async () => {
    await using tab = await open();
    // The other log must not have come to the last id shown here when the page asks for it.
    const client = clientOf(server);
    await Promise.all(Array.from({ length: 500 }, () => client.append([{ type: ["note"] }])));
    await moreReadings(tab.page, 3);
    const PORT = String(server.port);
    await server.end("SIGTERM");
    await rm(dir, { recursive: true });
    server = await ExampleServer.start("sensor-log", { PORT, DATA_DIR: dir });
    await tab.page
      .getByRole("log")
      .getByText(/no longer knows .* began anew/)
      .waitFor();
    await connectionState(tab.page, "Live");
    await moreReadings(tab.page, 3);
    expect(await figure(tab.page, "live-missing")).toBe(0);
    for (const problem of tab.takeProblems()) expect(problem).toMatch(connectionProblem);
  });

  it("stops when the server refuses it, and connects again when it is told to", async () => {
    await using tab = await open();
    // A stream of Connect's that ends at once: a flag, four bytes of length, and why it ends.
    const end = JSON.stringify({ error: { code: "permission_denied", message: "not for you" } });
    const body = Buffer.concat([Buffer.of(2, 0, 0, 0, end.length), Buffer.from(end)]);
    await intercept(tab.page, "Subscribe", (route) =>
      route.fulfill({ contentType: "application/connect+json", body }),
    );
    await tab.page.reload();
    await connectionState(tab.page, "Stopped");
    expect(await tab.page.locator("#connection-note").textContent()).toContain("not for you");
    await tab.page.unrouteAll();
    await tab.page.getByRole("button", { name: "Connect again" }).click();
    await connectionState(tab.page, "Live");
    await moreReadings(tab.page, 3);
  });

  it.each([
    ["light", { colorScheme: "light", viewport: { width: 1280, height: 1000 } }],
    ["dark", { colorScheme: "dark", viewport: { width: 1280, height: 1000 } }],
    ["phone", { colorScheme: "light", viewport: { width: 390, height: 844 }, hasTouch: true }],
  ] as const)("fits the screen: %s", async (name, options) => {
    await using tab = await open("", options);
    await rangeState(tab.page, "ready");
    await moreReadings(tab.page, 3);
    const overflow = await tab.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await tab.page.screenshot({ path: `test-results/sensor-log-${name}.png`, fullPage: true });
  });
});
