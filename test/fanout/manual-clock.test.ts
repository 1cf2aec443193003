import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/fanout/clock.js";
import { ManualClock } from "../../src/testing/manual-clock.js";

describe("the manual clock", () => {
  it("runs what falls due, by time and then by order, at its own moment", () => {
    const clock = new ManualClock(1_000);
    const log: string[] = [];
    const note = (name: string) => () => void log.push(`${name} at ${clock.now()}`);
    clock.setTimeout(note("c"), 20);
    clock.setTimeout(note("a"), 10);
    clock.setTimeout(note("b"), 10);
    clock.setTimeout(note("d"), 31);
    clock.advance(30);
    expect(log).toEqual(["a at 1010", "b at 1010", "c at 1020"]);
    expect(clock.now()).toBe(1_030);
    expect(clock.pending).toBe(1);
  });

  it("runs timers set on the way, but none that was cleared", () => {
    const clock = new ManualClock();
    const log: number[] = [];
    const every10 = () => {
      log.push(clock.now());
      clock.setTimeout(every10, 10);
    };
    clock.setTimeout(every10, 10);
    const cleared = clock.setTimeout(() => log.push(-1), 25);
    clock.setTimeout(() => clock.clearTimeout(cleared), 24);
    clock.advance(35);
    expect(log).toEqual([10, 20, 30]);
  });

  it("can be moved on from within a timer", () => {
    const clock = new ManualClock();
    const log: number[] = [];
    clock.setTimeout(() => clock.advance(10), 5);
    clock.setTimeout(() => log.push(clock.now()), 12);
    clock.advance(6);
    expect(log).toEqual([12]);
    expect(clock.now()).toBe(15);
  });
});

describe("the system clock", () => {
  it("keeps no process alive, and can be told to forget", async () => {
    const ran: string[] = [];
    const forgotten = systemClock.setTimeout(() => ran.push("forgotten"), 1);
    expect((forgotten as NodeJS.Timeout).hasRef()).toBe(false);
    systemClock.clearTimeout(forgotten);
    const before = systemClock.now();
    await new Promise<void>((resolve) => {
      systemClock.setTimeout(resolve, 5);
    });
    expect(ran).toEqual([]);
    expect(systemClock.now()).toBeGreaterThan(before);
  });
});
