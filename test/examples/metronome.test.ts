import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Metronome } from "../../examples/common/metronome.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(everyMs: number, task: () => Promise<void> = async () => {}) {
  const beats: number[] = [];
  const errors: unknown[] = [];
  const startMs = performance.now();
  const metronome = new Metronome(
    () => {
      beats.push(performance.now() - startMs);
      return task();
    },
    everyMs,
    (error) => errors.push(error),
  );
  metronome.start();
  return { metronome, beats, errors };
}

it("beats at its pace until it is stopped", async () => {
  const { metronome, beats } = setUp(100);
  await vi.advanceTimersByTimeAsync(350);
  expect(beats).toEqual([100, 200, 300]);
  metronome.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(beats).toHaveLength(3);
  expect(vi.getTimerCount()).toBe(0);
});

it("changes its pace at once, without waiting for the beat that was due", async () => {
  const { metronome, beats } = setUp(60_000);
  await vi.advanceTimersByTimeAsync(10_000);
  metronome.everyMs = 100;
  await vi.advanceTimersByTimeAsync(150);
  expect(beats).toEqual([10_000, 10_100]);
  metronome.everyMs = 1_000;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(beats).toEqual([10_000, 10_100, 11_100]);
});

it("does not start when only its pace is changed", async () => {
  const { metronome, beats } = setUp(100);
  metronome.stop();
  metronome.everyMs = 50;
  await vi.advanceTimersByTimeAsync(500);
  expect(beats).toEqual([]);
});

it("keeps its beat while a task takes a little time", async () => {
  const { beats } = setUp(100, () => new Promise((resolve) => setTimeout(resolve, 40)));
  await vi.advanceTimersByTimeAsync(450);
  expect(beats).toEqual([100, 200, 300, 400]);
});

it("never runs the task twice at once, nor makes up for beats that it left out", async () => {
  const { metronome, beats } = setUp(100, () => new Promise((r) => setTimeout(r, 250)));
  await vi.advanceTimersByTimeAsync(110);
  metronome.everyMs = 100;
  await vi.advanceTimersByTimeAsync(500);
  // As soon as the task is done: 1 ms is the shortest a timer can wait.
  expect(beats).toEqual([100, 351, 602]);
});

it.each([
  { lateMs: 20, beatsMs: [120, 200, 300], what: "returns to its beat after one that was late" },
  { lateMs: 80, beatsMs: [180, 280, 380], what: "begins a new beat after one that was very late" },
])("$what", async ({ lateMs, beatsMs }) => {
  const { beats } = setUp(100);
  const now = performance.now.bind(performance);
  await vi.advanceTimersByTimeAsync(99);
  // The event loop is blocked: the timer that was due at 100 ms runs when it is later already.
  vi.spyOn(performance, "now").mockImplementation(() => now() + lateMs);
  await vi.advanceTimersByTimeAsync(300 - lateMs);
  expect(beats).toEqual(beatsMs);
  vi.restoreAllMocks();
});

it("hands on what the task throws, and goes on", async () => {
  const { beats, errors } = setUp(100, async () => {
    throw new Error("no /proc");
  });
  await vi.advanceTimersByTimeAsync(250);
  expect(beats).toEqual([100, 200]);
  expect(errors.map(String)).toEqual(["Error: no /proc", "Error: no /proc"]);
});
