import { readFileSync } from "node:fs";
import os from "node:os";
import type { CallOptions } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { App, type ServiceClient } from "sluice";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parseNetDev } from "../../examples/host-telemetry/host-counters.js";
import {
  type Alarm,
  AlarmState,
  Metric,
  type Sample,
} from "../../examples/host-telemetry/messages.js";
import { Telemetry } from "../../examples/host-telemetry/telemetry.js";
import { launchChromium, skipReason, Tab } from "./chromium.js";
import { buildExample, ExampleServer } from "./example-server.js";
import {
  connectionState,
  enter,
  expectedFigures,
  figuresOf,
  sampleCount,
  timeForSamples,
} from "./telemetry-page.js";

if (skipReason !== undefined) console.warn(`browser tests are skipped: ${skipReason}`);

/** What Chromium reports when a server goes away, and while it is not there. */
const connectionProblem =
  /net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/;

type Counters = ReturnType<typeof countersNow>;

/** What the system says at this moment, read here and not by the example. */
function countersNow() {
  const meminfo = readFileSync("/proc/meminfo", "utf8");
  const availableKib = Number(/^MemAvailable: +(\d+)/m.exec(meminfo)?.[1]);
  const interfaces = parseNetDev(readFileSync("/proc/net/dev", "utf8"));
  return {
    load: os.loadavg()[0],
    memoryUsed: os.totalmem() - availableKib * 1024,
    rxBytes: interfaces.reduce((sum, { rxBytes }) => sum + rxBytes, 0n),
  };
}

describe.skipIf(skipReason !== undefined)("the page of host-telemetry", { timeout: 60_000 }, () => {
  let browser: Browser;
  let server: ExampleServer;
  let app: App;
  let client: ServiceClient<Telemetry>;

  const open = (options?: BrowserContextOptions) => Tab.open(browser, server.url, options);

  beforeAll(async () => {
    browser = await launchChromium();
    await buildExample("host-telemetry");
    server = await ExampleServer.start("host-telemetry");
    // Only for its types: calls go to the server's process.
    const services = [new Telemetry()];
    app = await new App({ name: "e2e", package: "hosttelemetry.v1", services }).finalize();
    const transport = createConnectTransport({ baseUrl: server.url, httpVersion: "1.1" });
    client = app.client(Telemetry, transport);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await server?.end("SIGTERM");
    await app?.close();
  });

  beforeEach(async () => {
    await client.setInterval({ intervalMs: 1_000 });
    for (const metric of [Metric.CpuPercent, Metric.MemoryPercent, Metric.LoadAverage]) {
      await client.setThreshold({ metric });
    }
  });

  const samples = (options: CallOptions) => client.subscribe("samples", undefined, options);
  const alarms = (options: CallOptions) => client.subscribe("alarms", undefined, options);

  /** Follows a stream by RPC until the returned object is disposed. */
  function follow<T>(
    subscribe: (options: CallOptions) => AsyncIterable<T>,
    onValue: (value: T) => void,
  ): AsyncDisposable {
    const stop = new AbortController();
    const ended = (async () => {
      for await (const value of subscribe({ signal: stop.signal })) onValue(value);
    })().catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
    return {
      async [Symbol.asyncDispose]() {
        stop.abort();
        await ended;
      },
    };
  }

  it("shows which machine this is", async () => {
    await using tab = await open();
    await connectionState(tab.page, "Live");
    expect(await tab.page.getByRole("heading", { level: 1 }).textContent()).toBe(os.hostname());
    expect(await tab.page.title()).toContain(os.hostname());
    expect(await tab.page.locator("#machine").textContent()).toContain(`${os.cpus().length} CPU`);
    const figures = await vi.waitFor(async () => {
      const { at, values } = await figuresOf(tab.page);
      expect(at).not.toBe("");
      return values;
    });
    expect(figures["memory-total"]).toBe(String(os.totalmem()));
    expect(await client.describe()).toMatchObject({
      hostname: os.hostname(),
      memoryTotalBytes: BigInt(os.totalmem()),
    });
  });

  it("shows exactly what the RPC answers, sample for sample", async () => {
    await client.setInterval({ intervalMs: 250 });
    const seen = new Map<string, Sample>();
    await using _ = follow(samples, (sample) => seen.set(sample.at.toISOString(), sample));
    await using tab = await open();
    const shown = new Set<string>();
    while (shown.size < 6) {
      const { at, values } = await vi.waitFor(async () => {
        const figures = await figuresOf(tab.page);
        expect(seen.has(figures.at) && !shown.has(figures.at)).toBe(true);
        return figures;
      }, 10_000);
      expect(values).toEqual(expectedFigures(seen.get(at)!));
      shown.add(at);
    }
  });

  it.runIf(os.platform() === "linux")("shows what the operating system counts", async () => {
    await client.setInterval({ intervalMs: 500 });
    const startedAt = new Date();
    const counted = [countersNow()];
    const checks: { sample: Sample; before: Counters; after: Counters }[] = [];
    await using _ = follow(samples, (sample) => {
      const [before, after] = [counted.at(-1)!, countersNow()];
      counted.push(after);
      // The first one is from before: the replay.
      if (sample.at > startedAt) checks.push({ sample, before, after });
    });
    await vi.waitFor(() => expect(checks.length).toBeGreaterThanOrEqual(5), 15_000);
    for (const { sample, before, after } of checks) {
      // The kernel computes the load every 5 s, so it was what it is now or what it was before.
      expect([before.load, after.load]).toContain(sample.load?.oneMinute);
      expect(sample.network?.rxBytes).toBeGreaterThanOrEqual(counted[0]!.rxBytes);
      expect(sample.network?.rxBytes).toBeLessThanOrEqual(after.rxBytes);
      const differsBy = Math.abs(Number(sample.memory.usedBytes) - after.memoryUsed);
      expect(differsBy / os.totalmem()).toBeLessThan(0.1);
    }
  });

  it("changes the interval, for everybody who watches", async () => {
    await using tab = await open();
    await using other = await open();
    await connectionState(tab.page, "Live");
    const slowMs = (await timeForSamples(tab.page, 3)) / 3;
    await enter(tab.page, "Sample every", "100");
    await vi.waitFor(async () => {
      expect(await other.page.getByLabel("Sample every").inputValue()).toBe("100");
    });
    const fastMs = (await timeForSamples(other.page, 20)) / 20;
    expect(slowMs).toBeGreaterThan(700);
    expect(fastMs).toBeLessThan(350);
    expect(await client.describe()).toMatchObject({ settings: { intervalMs: 100 } });
  });

  it("shows the server's own words for an interval it refuses", async () => {
    await using tab = await open();
    await connectionState(tab.page, "Live");
    await enter(tab.page, "Sample every", "5");
    const error = tab.page.getByRole("alert").filter({ hasText: /./ });
    await error.waitFor();
    expect(await error.textContent()).toBe("intervalMs must be from 100 to 60000, got 5");
    const input = tab.page.getByLabel("Sample every");
    expect(await input.getAttribute("aria-invalid")).toBe("true");
    expect(await client.describe()).toMatchObject({ settings: { intervalMs: 1_000 } });
    // Connect's invalid_argument is HTTP's 400, which browsers always report.
    const problems = await vi.waitFor(() => {
      const taken = tab.takeProblems();
      expect(taken).not.toEqual([]);
      return taken;
    });
    expect(problems).toEqual([
      expect.stringMatching(/status of 400.*TelemetryService\/SetInterval/),
    ]);
    await enter(tab.page, "Sample every", "500");
    await error.waitFor({ state: "detached" });
    expect(await input.getAttribute("aria-invalid")).toBe("false");
    await timeForSamples(tab.page, 2);
  });

  it("shows an alarm when a value crosses its limit, in both directions", async () => {
    await using tab = await open();
    await connectionState(tab.page, "Live");
    await enter(tab.page, "Memory", "0.1");
    const newest = tab.page.getByRole("log").locator("li").first();
    await newest.filter({ hasText: /Raised\s*Memory at [\d.]+\s%\s*limit 0\.1\s%/ }).waitFor();
    await tab.page.locator(".card[data-metric=memory][data-raised]").waitFor();
    await enter(tab.page, "Memory", "100");
    await newest.filter({ hasText: /Cleared\s*Memory at [\d.]+\s%\s*limit 100\.0\s%/ }).waitFor();
    await tab.page.locator(".card[data-metric=memory]:not([data-raised])").waitFor();

    const told: Alarm[] = [];
    await using _ = follow(alarms, (alarm) => {
      if (alarm.metric === Metric.MemoryPercent) told.push(alarm);
    });
    await vi.waitFor(() => {
      expect(told).toMatchObject([
        { state: AlarmState.Raised, limit: 0.1 },
        { state: AlarmState.Cleared, limit: 100 },
      ]);
    });
    const times = tab.page.getByRole("log").locator("li time");
    const shown = await times.evaluateAll((all) => all.map((t) => (t as HTMLTimeElement).dateTime));
    expect(shown.slice(0, 2).reverse()).toEqual(told.map(({ at }) => at.toISOString()));
  });

  it("says so when the server is gone, and goes on when it is back", async () => {
    await client.setInterval({ intervalMs: 200 });
    await using tab = await open();
    await timeForSamples(tab.page, 3);
    expect(await tab.page.getByLabel("Sample every").inputValue()).toBe("200");
    const { port } = server;
    await server.end("SIGKILL");
    await connectionState(tab.page, "Reconnecting");
    const count = await sampleCount(tab.page);
    await tab.page.screenshot({ path: "test-results/host-telemetry-reconnecting.png" });
    await tab.page.locator("#connection-note", { hasText: "attempt 2" }).waitFor();
    server = await ExampleServer.start("host-telemetry", { PORT: String(port) });
    await connectionState(tab.page, "Live");
    await timeForSamples(tab.page, 2);
    expect(await sampleCount(tab.page)).toBeGreaterThan(count);
    // A new process: its settings are its defaults.
    expect(await tab.page.getByLabel("Sample every").inputValue()).toBe("1000");
    for (const problem of tab.takeProblems()) expect(problem).toMatch(connectionProblem);
  });

  it("is told when the server is shut down, which does not wait for it", async () => {
    await using tab = await open();
    await connectionState(tab.page, "Live");
    const { port } = server;
    expect(await server.end("SIGTERM")).toBe(0);
    await connectionState(tab.page, "Reconnecting");
    server = await ExampleServer.start("host-telemetry", { PORT: String(port) });
    await connectionState(tab.page, "Live");
    for (const problem of tab.takeProblems()) expect(problem).toMatch(connectionProblem);
  });

  it.each([
    ["light", { colorScheme: "light", viewport: { width: 1280, height: 1000 } }],
    ["dark", { colorScheme: "dark", viewport: { width: 1280, height: 1000 } }],
    ["phone", { colorScheme: "light", viewport: { width: 390, height: 844 }, hasTouch: true }],
  ] as const)("fits the screen: %s", async (name, options) => {
    await client.setInterval({ intervalMs: 100 });
    await client.setThreshold({ metric: Metric.MemoryPercent, limit: 50 });
    await using tab = await open(options);
    await timeForSamples(tab.page, 30);
    const overflow = await tab.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    const path = `test-results/host-telemetry-${name}.png`;
    await tab.page.screenshot({ path, fullPage: true });
  });
});
