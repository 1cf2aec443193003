import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { WrittenSession } from "../../src/log/append/commit-group.js";
import { RecentSessions } from "../../src/log/follow/recent-sessions.js";
import { encodeRecord } from "../../src/log/record.js";
import { StoredEvent } from "../../src/log/stored-event.js";
import { turns } from "../support/signals.js";
import { plain } from "./plain.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const time = { seconds: 0n, micros: 0 };

/** A session of so many events, the first with a payload of so many bytes. */
function sessionOf(position: number, bytes: number, count = 1): WrittenSession {
  const events = Array.from({ length: count }, (_, i) => {
    const id = { server: 1, session: position, instance: i + 1 };
    const data = new Uint8Array(i === 0 ? bytes : 0);
    return new StoredEvent(id, 0, ["a"], time, undefined, undefined, "binary", data);
  });
  const record = encodeRecord(position, time, 1, events);
  return { server: 1, session: position, position, answer: undefined, events, record };
}

const recentSessions = () => new RecentSessions(0, 4_096, () => ["a"]);

test("what is dropped because it is too much is not kept in memory", async () => {
  const recent = recentSessions();
  const refs: WeakRef<Uint8Array>[] = [];
  for (let position = 1; position <= 20; position++) {
    const session = sessionOf(position, 2 ** 20);
    refs.push(new WeakRef(session.record));
    recent.add([session]);
  }
  await turns();
  collectGarbage();
  const kept = refs.flatMap((ref, i) => (ref.deref() === undefined ? [] : i + 1));
  expect(kept).toEqual(
    [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20].slice(-kept.length),
  );
  expect(kept.length).toBeGreaterThanOrEqual(14);
  const first = kept[0]!;
  expect(recent.after(first - 2, 100)).toBeUndefined();
  expect(recent.after(first - 1, 100)?.map(({ position }) => position)).toEqual(kept);
});

test("only the newest events are kept as they are; all are given alike", async () => {
  const recent = recentSessions();
  const refs: WeakRef<object>[] = [];
  const all: string[][] = [];
  for (let position = 1; position <= 20; position++) {
    const session = sessionOf(position, position, 100);
    refs.push(new WeakRef(session.events[99]!));
    all.push(session.events.map(plain));
    recent.add([session]);
  }
  await turns();
  collectGarbage();
  const kept = refs.filter((ref) => ref.deref() !== undefined);
  expect(kept.length).toBe(5);
  const given = recent.after(0, 100)!.map(({ events }) => events.map(plain));
  expect(given).toEqual(all);
});
