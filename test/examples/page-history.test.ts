import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import { History } from "../../examples/host-telemetry/web/history.js";

const sampleAt = (atMs: number, intervalMs = 1_000) => ({
  at: timestampFromMs(atMs),
  settings: { intervalMs },
});

const times = (history: History<ReturnType<typeof sampleAt>>) =>
  history.rows.map(({ atMs, sample }) => (sample ? atMs : `hole at ${atMs}`));

it("keeps samples in order, and the one that came again once, as it came last", () => {
  const history = new History<ReturnType<typeof sampleAt>>();
  expect([0, 1_000, 2_000].map((ms) => history.add(sampleAt(ms)))).toEqual([true, true, true]);
  expect(history.add(sampleAt(2_000, 500))).toBe(false);
  expect(times(history)).toEqual([0, 1_000, 2_000]);
  expect(history.last?.settings.intervalMs).toBe(500);
});

it("marks a hole where samples are missing, but not where they are only less frequent", () => {
  const history = new History<ReturnType<typeof sampleAt>>();
  for (const ms of [0, 1_000, 3_900]) history.add(sampleAt(ms));
  history.add(sampleAt(8_000));
  history.add(sampleAt(38_000, 30_000));
  expect(times(history)).toEqual([0, 1_000, 3_900, "hole at 3901", 8_000, 38_000]);
});

it("follows a clock that was set back", () => {
  const history = new History<ReturnType<typeof sampleAt>>();
  for (const ms of [0, 1_000, 2_000, 3_000, 1_500]) history.add(sampleAt(ms));
  expect(times(history)).toEqual([0, 1_000, 1_500]);
});

it("shows a minute or 120 samples, whichever is longer, and forgets what is older", () => {
  const history = new History<ReturnType<typeof sampleAt>>();
  for (let ms = 0; ms <= 90_000; ms += 100) history.add(sampleAt(ms, 100));
  expect(history.windowMs).toBe(60_000);
  // One more than the window, so that the line begins at the plot's edge.
  expect(history.rows[0]?.atMs).toBe(29_900);
  history.add(sampleAt(90_200, 10_000));
  expect(history.windowMs).toBe(1_200_000);
});
