import { setImmediate as immediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { Pace } from "../../src/fanout/pace.js";
import { ManualClock } from "../../src/testing/index.js";

/** Work that takes a while by the clock. */
function workFor(clock: ManualClock, ms: number, log: number[]): () => void {
  return () => {
    log.push(clock.now());
    clock.advance(ms);
  };
}

test("after long work, the next waits for as long as that took", async () => {
  const clock = new ManualClock();
  const pace = new Pace(clock);
  const begun: number[] = [];
  pace.run(workFor(clock, 20, begun));
  await immediate();
  pace.run(workFor(clock, 20, begun));
  expect(begun).toEqual([0]);
  clock.advance(19);
  expect(begun).toEqual([0]);
  clock.advance(1);
  expect(begun).toEqual([0, 40]);
});

test("what Node does at the end of the turn is part of the work", async () => {
  const clock = new ManualClock();
  const pace = new Pace(clock);
  const begun: number[] = [];
  pace.run(workFor(clock, 5, begun));
  clock.advance(5);
  await immediate();
  pace.run(workFor(clock, 5, begun));
  clock.advance(9);
  expect(begun).toEqual([0]);
  clock.advance(1);
  expect(begun).toEqual([0, 20]);
});

test("time that has passed anyway counts as rest", async () => {
  const clock = new ManualClock();
  const pace = new Pace(clock);
  const begun: number[] = [];
  pace.run(workFor(clock, 20, begun));
  await immediate();
  clock.advance(20);
  pace.run(workFor(clock, 20, begun));
  expect(begun).toEqual([0, 40]);
});

test("short work never waits", async () => {
  const clock = new ManualClock();
  const pace = new Pace(clock);
  const begun: number[] = [];
  for (let i = 0; i < 3; i++) {
    pace.run(workFor(clock, 0.4, begun));
    await immediate();
  }
  expect(begun).toHaveLength(3);
  expect(clock.pending).toBe(0);
});
