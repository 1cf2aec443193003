import { deepEqual, equal } from "node:assert/strict";
import type { NewEvent } from "../../log/model/event.js";
import { History } from "./history.js";
import { all, allTold, at, contractCase, event, refused } from "./rig.js";

/** What appends mean. */
export const appendCases = [
  contractCase(
    "numbers sessions, the events in them, and those of a stream, from 1",
    async (rig) => {
      const history = new History(rig);
      await history.append([event("a", 1, "s"), event("b", 2), event("a", 3, "s")]);
      rig.now = at(1_001, 7);
      await history.append([event("a", 4, "s"), event("a", 5, "t")]);
      deepEqual(await all(rig.log.queryServer({ server: 1 })), history.events);
      deepEqual(
        history.events.map(({ id, stream }) => [id.session, id.instance, stream?.version]),
        [
          [1, 1, 1],
          [1, 2, undefined],
          [1, 3, 2],
          [2, 1, 3],
          [2, 2, 1],
        ],
      );
    },
  ),

  contractCase("keeps types, keys and source timestamps as they are", async (rig) => {
    const history = new History(rig);
    await history.append([
      { type: [] },
      { type: [""] },
      { type: ["", ""] },
      { type: ["a b", "ä", "日本", "😀", ".", "\\", '"'], streamKey: "key 😀 \u0000/?*" },
      { type: ["a"], sourceTimestamp: at(0) },
      { type: ["a"], sourceTimestamp: at(-1, 999_999) },
      { type: ["a"], sourceTimestamp: at(-62_135_596_800) },
      { type: ["a"], sourceTimestamp: at(253_402_300_799, 999_999), streamKey: "s" },
    ]);
    const { events } = history;
    deepEqual(await all(rig.log.queryTimeseries({ order: "ascending" })), events);
    deepEqual(await all(rig.log.readStream({ streamKey: "key 😀 \u0000/?*" })), [events[3]]);
    deepEqual(await all(rig.log.queryTimeseries({ types: [["", ""]] })), [events[2]]);
  }),

  contractCase("answers an append of nothing with nothing", async (rig) => {
    const answer = await rig.log.append([]);
    deepEqual(answer, { events: [], timestamp: undefined, replayed: false });
    equal((await rig.log.append([event("a", 1)])).events[0]?.id.session, 1);
  }),

  contractCase("never lets time go back, whatever the clock does", async (rig) => {
    const times = [];
    for (const seconds of [1_000, 900, 1_001, 0, 1_002]) {
      rig.now = at(seconds);
      times.push((await rig.log.append([event("a", seconds), event("b", 0)])).timestamp?.seconds);
    }
    deepEqual(times, [1_000n, 1_000n, 1_001n, 1_001n, 1_002n]);
    const found = await all(rig.log.queryTimeseries({ types: [["a"]], order: "ascending" }));
    deepEqual(
      found.map(({ timestamp }) => timestamp.seconds),
      times,
    );
  }),

  contractCase(
    "stores nothing of an append that has a mistake in it, and names each",
    async (rig) => {
      const { log } = rig;
      const good = event("a", 1);
      const bad: readonly (readonly [string, NewEvent])[] = [
        [".type", { type: ["a", "*"] }],
        [".type", { type: ["?"] }],
        [".type", { type: ["a/b"] }],
        [".type", { type: ["x".repeat(2_000)] }],
        [".streamKey", { type: ["a"], streamKey: "k".repeat(600) }],
        [".payload.json", { type: ["a"], payload: { jsonText: "{" } }],
        [".payload.json", { type: ["a"], payload: { jsonText: "" } }],
        [".payload.json", { type: ["a"], payload: { json: "x".repeat(1_000) } }],
        [".payload.binary.data", { type: ["a"], payload: binary(new Uint8Array(1_001)) }],
        [".payload.binary.type", { type: ["a"], payload: binary(new Uint8Array(1), 600) }],
      ];
      for (const [field, mistake] of bad) {
        await refused(log.append([good, mistake]), "event_invalid", [`events[1]${field}`]);
      }
      await refused(
        log.append(bad.map(([, mistake]) => mistake)),
        "event_invalid",
        bad.map(([field], i) => `events[${i}]${field}`),
      );
      await refused(log.append([good], { key: "k".repeat(600) }), "event_invalid", ["key"]);
      const many = Array.from({ length: 9 }, () => event("a", 1));
      await refused(log.append(many), "session_too_large");
      deepEqual(await all(log.queryTimeseries()), []);
      await log.append([good]);
      deepEqual(await allTold(log.queryTimeseries()), [1]);
    },
    { limits: { maxPayloadBytes: 1_000, maxEvents: 8 } },
  ),

  contractCase(
    "refuses what does not meet its conditions, and the rest of its session",
    async (rig) => {
      const { log } = rig;
      await refused(log.append([event("b", 1), event("a/x", 1)]), "event_refused");
      await log.append([event("b", 1), event("a/x", "yes")]);
      deepEqual(await allTold(log.queryTimeseries({ order: "ascending" })), [1, "yes"]);
    },
    { conditions: [{ types: [["a", "*"]], condition: { type: "json", dataType: "string" } }] },
  ),
];

function binary(data: Uint8Array, typeLength = 1) {
  return { binary: { type: "t".repeat(typeLength), data } };
}
