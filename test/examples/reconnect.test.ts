import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  backoffMs,
  type Connection,
  keepConnected,
} from "../../examples/host-telemetry/web/reconnect.js";

type Session = (signal: AbortSignal, alive: () => void) => Promise<void>;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Runs one session after the other from a list; the last one repeats. */
function connect(sessions: Session[], maxSilenceMs = 5_000) {
  const states: Connection[] = [];
  const openedAtMs: number[] = [];
  const startMs = Date.now();
  const end = new AbortController();
  const done = keepConnected({
    session: (signal, alive) => {
      openedAtMs.push(Date.now() - startMs);
      return sessions[Math.min(openedAtMs.length, sessions.length) - 1]!(signal, alive);
    },
    onState: (state) => states.push(state),
    maxSilenceMs: () => maxSilenceMs,
    signal: end.signal,
    random: () => 1,
  });
  return { states, openedAtMs, end, done, names: () => states.map(({ state }) => state) };
}

const refused: Session = async () => {
  throw new Error("refused");
};
const untilAborted: Session = (signal, alive) => {
  alive();
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
};

it("tries again ever more slowly, and not more slowly than every four seconds", async () => {
  const { openedAtMs, states, end } = connect([refused]);
  await vi.advanceTimersByTimeAsync(12_000);
  expect(openedAtMs).toEqual([0, 250, 750, 1_750, 3_750, 7_750, 11_750]);
  expect(states.at(-1)).toMatchObject({ state: "reconnecting", attempt: 7 });
  end.abort();
});

it("spreads its attempts by up to a half", () => {
  expect([backoffMs(1, 0), backoffMs(1, 1)]).toEqual([125, 250]);
  expect([backoffMs(20, 0), backoffMs(20, 1)]).toEqual([2_000, 4_000]);
});

it("is live when something has arrived, not when the connection opens", async () => {
  let arrive = () => {};
  const { names, end } = connect([
    (signal, alive) => {
      arrive = alive;
      return untilAborted(signal, () => {});
    },
  ]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(names()).toEqual(["connecting"]);
  arrive();
  arrive();
  expect(names()).toEqual(["connecting", "live"]);
  end.abort();
});

it("starts from the shortest delay again after it was live", async () => {
  const onceLive: Session = async (_, alive) => {
    alive();
    throw new Error("lost");
  };
  const { openedAtMs, names, end } = connect([refused, refused, onceLive, untilAborted]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(openedAtMs).toEqual([0, 250, 750, 1_000]);
  expect(names().slice(-3)).toEqual(["live", "reconnecting", "live"]);
  end.abort();
});

it("reconnects also when the server ends the stream without an error", async () => {
  const { states, end } = connect([async () => {}, untilAborted]);
  await vi.advanceTimersByTimeAsync(250);
  expect(states).toMatchObject([
    { state: "connecting" },
    { state: "reconnecting", attempt: 1, reason: new Error("the server ended the stream") },
    { state: "live" },
  ]);
  end.abort();
});

it("gives up a connection on which nothing is heard, and only then", async () => {
  let arrive = () => {};
  const { states, end } = connect([
    (signal, alive) => {
      arrive = alive;
      return untilAborted(signal, alive);
    },
  ]);
  for (let i = 0; i < 3; i++) {
    await vi.advanceTimersByTimeAsync(4_000);
    arrive();
  }
  expect(states.at(-1)).toEqual({ state: "live" });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(states.at(-1)).toMatchObject({ reason: new Error("nothing heard for 5000 ms") });
  end.abort();
});

it("aborts what is left of a session that has ended", async () => {
  let left: AbortSignal | undefined;
  const { end } = connect([
    async (signal) => {
      left = signal;
    },
    untilAborted,
  ]);
  await vi.advanceTimersByTimeAsync(0);
  expect(left?.aborted).toBe(true);
  end.abort();
});

it.each([
  ["live", untilAborted, 100],
  ["waiting to try again", refused, 100],
])("ends at once, and leaves no timer, when it is stopped while %s", async (_, session, ms) => {
  const { done, end } = connect([session]);
  await vi.advanceTimersByTimeAsync(ms);
  end.abort();
  await done;
  expect(vi.getTimerCount()).toBe(0);
});
