import { deepEqual, equal } from "node:assert/strict";
import { History, someHistory } from "./history.js";
import { all, allTold, at, contractCase, event, numbered, type Rig, told } from "./rig.js";

/** What a restart leaves as it was, and what the rules of retention do. */
export const restartCases = [
  contractCase("answers after a restart as before, and goes on from there", async (rig) => {
    const history = await someHistory(rig);
    const answers = async () => ({
      newest: await all(rig.log.queryTimeseries({ limit: 9 })),
      bySource: await all(rig.log.queryTimeseries({ orderBy: "sourceTimestamp" })),
      latest: await all(rig.log.queryLatest()),
      own: await all(rig.log.queryServer({ server: 1 })),
      stream: await all(rig.log.readStream({ streamKey: "s" })),
    });
    for (let round = 0; round < 2; round++) {
      const before = await answers();
      await rig.reopen();
      deepEqual(await answers(), before);
      // The history knows which ids and versions come next.
      await history.append([event("a", `round ${round}`, "s"), event("new", round, "t")]);
    }
    deepEqual((await answers()).newest, history.timeseries({}));
  }),

  contractCase("does not use an id again, nor a time before", async (rig) => {
    const sessions: number[] = [];
    const append = async (durability: "commit" | "relaxed") => {
      const { events, timestamp } = await rig.log.append([event("a", sessions.length)], {
        durability,
      });
      sessions.push(events[0]!.id.session);
      equal(timestamp?.seconds, 1_000n);
    };
    for (let round = 0; round < 3; round++) {
      await append("commit");
      await append("relaxed");
      await rig.reopen();
      rig.now = at(900);
    }
    deepEqual(
      sessions,
      sessions.toSorted((a, b) => a - b),
    );
    equal(new Set(sessions).size, 6);
    deepEqual(
      await allTold(rig.log.queryServer({ server: 1 })),
      sessions.map((_, i) => i),
    );
  }),

  contractCase("takes events of peers with their ids, once", async (rig) => {
    const history = new History(rig);
    await history.append([event("a", 1)]);
    await history.import(5, 7, at(999), [event("a", 2, "s"), event("b", 3, "s")]);
    const [, second, third] = history.events;
    for await (const _ of rig.twice()) {
      const again = await rig.host.import([second!, third!]);
      deepEqual(again, {
        stored: 0,
        skipped: [
          { id: second!.id, reason: "known" },
          { id: third!.id, reason: "known" },
        ],
      });
      deepEqual(await all(rig.log.queryServer({ server: 5 })), [second, third]);
      deepEqual(await all(rig.log.queryTimeseries()), history.timeseries({}));
      deepEqual(await all(rig.log.readStream({ streamKey: "s" })), [second, third]);
    }
    // Its own numbers and those of the stream go on behind them.
    await history.append([event("a", 4, "s")]);
    equal(history.events.at(-1)?.stream?.version, 3);
  }),

  contractCase(
    "keeps the newest events of a type, and the last one of each",
    async (rig) => {
      await rig.log.append(numbered(1, 5, "few"));
      await rig.log.append([event("old", 6), event("old", 7), event("other", 8)]);
      rig.now = at(2_000);
      await rig.log.append([event("few", 9)]);
      const { removed, released } = await rig.host.cleanUp({ now: rig.now });
      deepEqual([removed, released], [5, 1]);
      const ascending = { order: "ascending" } as const;
      for await (const _ of rig.twice()) {
        deepEqual(await allTold(rig.log.queryTimeseries(ascending)), [5, 8, 9]);
        deepEqual(await allTold(rig.log.queryLatest()), [9, 7, 8]);
      }
      // For followers, the last one of a type is there as long as it is kept.
      deepEqual(await followed(rig), [5, 7, 8, 9]);
      await rig.log.append([event("few", 10)]);
      equal((await rig.host.cleanUp({ now: rig.now })).removed, 1);
      deepEqual(await allTold(rig.log.queryTimeseries({ types: [["few"]] })), [10, 9]);
    },
    {
      retention: [
        { types: [["few"]], maxEntries: 2 },
        { types: [["old"]], maxAgeSeconds: 500 },
      ],
    },
  ),

  contractCase(
    "goes on with ids and versions when nothing is left of what there was",
    async (rig) => {
      for (let round = 1; round <= 3; round++) {
        const { events } = await rig.log.append([event("a", round, "s"), event("a", round, "s")]);
        deepEqual(
          events.map(({ id, version }) => [id.session, version]),
          [
            [round, 2 * round - 1],
            [round, 2 * round],
          ],
        );
        equal((await rig.host.cleanUp({ now: rig.now })).removed, 2);
        deepEqual(await all(rig.log.queryTimeseries()), []);
        deepEqual(await all(rig.log.queryLatest()), []);
        deepEqual(await all(rig.log.readStream({ streamKey: "s" })), []);
        if (round === 2) await rig.reopen();
      }
    },
    { retention: [{ types: [["*"]], maxEntries: 0 }], latest: { types: [] } },
  ),
];

/** Everything that there is for those who come later. */
async function followed(rig: Rig): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const item of rig.log.subscribe({ from: "start" })) {
    if ("caughtUp" in item) break;
    seen.push(...item.events.map(told));
  }
  return seen;
}
