import { describe, expect, it } from "vitest";
import { busyPercent, networkOf, sampleOf } from "../../examples/host-telemetry/sample.js";
import { readingAt } from "./host-reading.js";

const settings = { intervalMs: 1_000, thresholds: [] };

describe("sampleOf", () => {
  it("puts a reading beside the one before", () => {
    const before = readingAt(0, { interfaces: [{ name: "eth0", rxBytes: 100n, txBytes: 10n }] });
    const now = readingAt(2_000, {
      cpu: { busyMs: 1_000, totalMs: 4_000 },
      interfaces: [{ name: "eth0", rxBytes: 1_100n, txBytes: 20n }],
    });
    expect(sampleOf(before, now, settings)).toEqual({
      at: now.at,
      settings,
      cpuPercent: 25,
      load: { oneMinute: 0.5, fiveMinutes: 0.4, fifteenMinutes: 0.3 },
      memory: { totalBytes: 1_000n, usedBytes: 600n },
      network: {
        rxBytes: 1_100n,
        txBytes: 20n,
        rxBytesPerSecond: 500,
        txBytesPerSecond: 5,
        interfaces: ["eth0"],
      },
    });
  });

  it("leaves out what the system does not tell", () => {
    const unknown = { load: undefined, interfaces: undefined };
    const sample = sampleOf(readingAt(0, unknown), readingAt(1_000, unknown), settings);
    expect(sample.load).toBeUndefined();
    expect(sample.network).toBeUndefined();
  });
});

describe("busyPercent", () => {
  it("is undefined when no time was counted", () => {
    const times = { busyMs: 10, totalMs: 20 };
    expect(busyPercent(times, times)).toBeUndefined();
  });

  it("stays from 0 to 100 when counters step back", () => {
    expect(busyPercent({ busyMs: 10, totalMs: 20 }, { busyMs: 5, totalMs: 30 })).toBe(0);
    expect(busyPercent({ busyMs: 10, totalMs: 20 }, { busyMs: 40, totalMs: 30 })).toBe(100);
  });
});

describe("networkOf", () => {
  const eth0 = { name: "eth0", rxBytes: 1_000n, txBytes: 0n };

  it("takes no burst from an interface that came with its counters", () => {
    const came = { name: "usb0", rxBytes: 9_000_000n, txBytes: 9n };
    const network = networkOf([eth0], [eth0, came], 1);
    expect(network).toMatchObject({ rxBytes: 9_001_000n, rxBytesPerSecond: 0 });
    expect(network.interfaces).toEqual(["eth0", "usb0"]);
  });

  it("takes no negative rate from one that started over, and none from one that left", () => {
    const restarted = { ...eth0, rxBytes: 10n };
    expect(networkOf([eth0], [restarted], 1).rxBytesPerSecond).toBe(0);
    expect(networkOf([eth0], [], 1)).toMatchObject({ rxBytes: 0n, rxBytesPerSecond: 0 });
  });

  it("names only interfaces that have carried something", () => {
    const idle = { name: "ifb0", rxBytes: 0n, txBytes: 0n };
    expect(networkOf([], [idle, eth0], 1).interfaces).toEqual(["eth0"]);
  });

  it("has no rate when no time has passed", () => {
    expect(networkOf([eth0], [{ ...eth0, rxBytes: 2_000n }], 0).rxBytesPerSecond).toBe(0);
  });
});
