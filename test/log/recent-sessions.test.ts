import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { RecentSessions } from "../../src/log/follow/recent-sessions.js";
import type { CommittedSession } from "../../src/log/index/tail.js";
import { StoredEvent } from "../../src/log/stored-event.js";
import { turns } from "../support/signals.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** A session of one event with a payload of so many bytes. */
function sessionOf(position: number, bytes: number): CommittedSession {
  const id = { server: 1, session: position, instance: 1 };
  const time = { seconds: 0n, micros: 0 };
  const data = new Uint8Array(bytes);
  const event = new StoredEvent(id, 0, ["a"], time, undefined, undefined, "binary", data);
  return { server: 1, session: position, position, answer: undefined, events: [event] };
}

test("what is dropped because it is too much is not kept in memory", async () => {
  const recent = new RecentSessions(0, 4_096);
  const refs: WeakRef<CommittedSession>[] = [];
  for (let position = 1; position <= 20; position++) {
    const session = sessionOf(position, 2 ** 20);
    refs.push(new WeakRef(session));
    recent.add([session]);
  }
  await turns();
  collectGarbage();
  const kept = refs.flatMap((ref, i) => (ref.deref() === undefined ? [] : i + 1));
  expect(kept).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  expect(recent.after(4, 100)).toBeUndefined();
  expect(recent.after(5, 100)?.map(({ position }) => position)).toEqual(kept);
});
