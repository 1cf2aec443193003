import { deepEqual, rejects } from "node:assert/strict";
import type { SubscribeOptions } from "../../log/follow/subscribe-request.js";
import { someHistory } from "./history.js";
import { Reader } from "./reader.js";
import { contractCase, event, numbered, type Rig, refused } from "./rig.js";

/** What those are given who follow the log: which events, from where. */
export const subscriptionCases = [
  contractCase("gives what there is, then what comes, session by session", async (rig) => {
    await rig.log.append(numbered(1, 2));
    await rig.log.append(numbered(3, 3));
    const reader = new Reader(rig, { from: "start" });
    await reader.expect([[1, 2], [3], "caught up"]);
    await rig.log.append(numbered(4, 6));
    await rig.log.append(numbered(7, 7));
    await reader.expect([[4, 5, 6], [7]]);
    await reader.leave();
    await rig.log.append(numbered(8, 8));
  }),

  contractCase("gives those who come now nothing of before, and everything since", async (rig) => {
    await rig.log.append(numbered(1, 2));
    const readers = [new Reader(rig), new Reader(rig, { from: "now", types: [["a"]] })];
    for (const reader of readers) await reader.expect(["caught up"]);
    for (let number = 3; number <= 5; number++) {
      await rig.log.append([event("b", -1), event("a", number)]);
      await readers[0]!.expect([[-1, number]]);
      await readers[1]!.expect([[number]]);
    }
    for (const reader of readers) await reader.leave();
  }),

  contractCase("begins behind any event, also in the middle of its session", async (rig) => {
    const { events } = await someHistory(rig);
    deepEqual(await given(rig, { from: "start" }), events);
    deepEqual(await given(rig, { from: { server: 1, session: 0, instance: 0 } }), events);
    for await (const round of rig.twice()) {
      for (const i of [0, 2, 12, events.length - 1]) {
        const from = events[i]!.id;
        deepEqual(await given(rig, { from }), events.slice(i + 1), round);
        deepEqual(
          await given(rig, { from, types: [["a", "*"]] }),
          events.slice(i + 1).filter(({ type }) => type[0] === "a"),
        );
      }
    }
  }),

  contractCase(
    "gives of a session what is asked for, together, and nothing of others",
    async (rig) => {
      const { log, host } = rig;
      const reader = new Reader(rig, { types: [["a", "?"], ["b"]] });
      const ofServer = new Reader(rig, { server: 4, types: [["*"]] });
      const ofNothing = new Reader(rig, { types: [] });
      for (const each of [reader, ofServer, ofNothing]) await each.expect(["caught up"]);
      await log.append([
        event("a", 1),
        event("a/x", 2),
        event("c", 3),
        event("b", 4),
        event("a/y", 5),
      ]);
      await log.append([event("c", 6)]);
      const timestamp = rig.now;
      await host.import([
        {
          id: { server: 4, session: 1, instance: 1 },
          type: ["c"],
          timestamp,
          payload: { json: 7 },
        },
        {
          id: { server: 4, session: 1, instance: 2 },
          type: ["b"],
          timestamp,
          payload: { json: 8 },
        },
      ]);
      await log.append([event("b", 9)]);
      await reader.expect([[2, 4, 5], [8], [9]]);
      await ofServer.expect([[7, 8]]);
      for (const each of [reader, ofServer]) await each.leave();
      deepEqual(ofNothing.events, []);
      // The same for those who come later.
      const later = new Reader(rig, { from: "start", types: [["a", "?"], ["b"]] });
      await later.expect([[2, 4, 5], [8], [9], "caught up"]);
      const serverLater = new Reader(rig, { from: "start", server: 4 });
      await serverLater.expect([[7, 8], "caught up"]);
      const nothingLater = new Reader(rig, { from: "start", types: [] });
      await nothingLater.expect(["caught up"]);
      for (const each of [later, serverLater, nothingLater]) await each.leave();
    },
  ),

  contractCase("follows one stream, from any version", async (rig) => {
    const history = await someHistory(rig);
    const stream = history.stream("s");
    const { length } = stream;
    deepEqual(await given(rig, { streamKey: "s", from: "start" }), stream);
    for (const version of [0, 1, 2, length - 1, length]) {
      deepEqual(await given(rig, { streamKey: "s", from: { version } }), stream.slice(version));
    }
    deepEqual(await given(rig, { streamKey: "s", from: stream[1]!.id }), stream.slice(2));
    const reader = new Reader(rig, { streamKey: "s", from: { version: length - 1 } });
    const fresh = new Reader(rig, { streamKey: "fresh" });
    await reader.catchUp();
    await fresh.expect(["caught up"]);
    await rig.log.append([event("a", 1, "t"), event("a", 2, "s"), event("b", 3, "s")]);
    await rig.log.append([event("a", 4, "t")]);
    await rig.log.append([event("a", 5, "fresh"), event("a", 6, "s")]);
    await reader.expect([[2, 3], [6]]);
    await fresh.expect([[5]]);
    await reader.leave();
    await fresh.leave();
  }),

  contractCase("says what it does not know, and what makes no sense", async (rig) => {
    await rig.log.append([event("a", 1, "s"), event("a", 2)]);
    const id = (session: number, instance = 1, server = 1) => ({ server, session, instance });
    for (const from of [id(2), id(1, 3), id(1, 1, 2)]) {
      await refused(rig.log.subscribe({ from }), "event_unknown");
    }
    await refused(rig.log.subscribe({ streamKey: "s", from: { version: 2 } }), "event_unknown");
    await refused(rig.log.subscribe({ streamKey: "x", from: { version: 1 } }), "event_unknown");
    const nonsense: readonly (readonly [string, SubscribeOptions])[] = [
      ["streamKey", { streamKey: "s", types: [["a"]] }],
      ["from", { streamKey: "s", from: id(1, 2) }],
      ["from.version", { from: { version: 1 } }],
      ["queueSize", { policy: "latest", queueSize: 5_000 }],
    ];
    for (const [field, options] of nonsense) {
      await refused(() => rig.log.subscribe(options), "query_invalid", [field]);
    }
  }),

  contractCase("ends with the reason of its signal, and when the log closes", async (rig) => {
    await rig.log.append(numbered(1, 1));
    const staying = await new Reader(rig, { from: "start" }).catchUp();
    // At once, and when it has been waiting for a while.
    for (const turns of [0, 3]) {
      const reason = new Error("enough");
      const leave = new AbortController();
      const left = await new Reader(rig, { from: "start", signal: leave.signal }).catchUp();
      const end = rejects(left.next(), (error) => error === reason);
      for (let i = 0; i < turns; i++) await new Promise(setImmediate);
      leave.abort(reason);
      await end;
    }
    await rig.log.append(numbered(2, 2));
    await staying.expect([[2]]);
    const closed = rejects(staying.next(), (error) => error instanceof Error);
    await rig.close();
    await closed;
    await rig.reopen();
    const again = new Reader(rig, { from: staying.events.at(-1)!.id });
    await again.expect(["caught up"]);
    await rig.log.append(numbered(3, 3));
    await again.expect([[3]]);
    await again.leave();
  }),
];

/** Everything that there is, for those who come later. */
async function given(rig: Rig, options: SubscribeOptions) {
  const reader = await new Reader(rig, options).catchUp();
  await reader.leave();
  return reader.events;
}
