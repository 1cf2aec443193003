import { afterEach, expect, test, vi } from "vitest";
import { WallClock } from "../../src/log/wall-clock.js";

/** The clocks of a machine; reading one of them may take its time. */
class Machine {
  ms = 1_000;
  /** What the day is ahead of. */
  dayMs = 1_700_000_000_000;
  /** How long the process is stopped when it has read the day next. */
  stopMs = 0;

  constructor() {
    vi.spyOn(performance, "now").mockImplementation(() => this.ms);
    vi.spyOn(Date, "now").mockImplementation(() => {
      const day = Math.floor(this.dayMs + this.ms);
      this.ms += this.stopMs;
      this.stopMs = 0;
      return day;
    });
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});

function millisOf({ seconds, micros }: { seconds: number; micros: number }): number {
  return seconds * 1_000 + micros / 1_000;
}

test("a process that is stopped between reading two clocks does not go back in time", () => {
  const machine = new Machine();
  const clock = new WallClock();
  let last = millisOf(clock.now());
  for (let i = 0; i < 200; i++) {
    machine.ms += 0.3;
    if (i % 7 === 0) machine.stopMs = i;
    const now = millisOf(clock.now());
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
  expect(last).toBeCloseTo(machine.dayMs + machine.ms, -0.5);
});

test("it goes by the day when that is corrected, either way", () => {
  const machine = new Machine();
  const clock = new WallClock();
  for (const correctionMs of [5_000, -5_000, 2.5, -3.5]) {
    clock.now();
    machine.dayMs += correctionMs;
    machine.ms += 1;
    expect(Math.abs(millisOf(clock.now()) - machine.dayMs - machine.ms)).toBeLessThan(2.1);
  }
});
