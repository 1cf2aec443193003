import { deepEqual, equal, ok } from "node:assert/strict";
import type { Event } from "../../log/model/event.js";
import { orders, someHistory } from "./history.js";
import { all, allTold, at, contractCase, first, numbered, refused, told } from "./rig.js";

/** How answers go on: pages, cursors, places. */
export const pageCases = [
  contractCase("gives the same through pages of any size", async (rig) => {
    const history = await someHistory(rig);
    for (const [i, order] of orders.entries()) {
      const limit = [1, 4, 3, 1][i]!;
      const query = { types: [["a", "*"], []], ...order };
      const pages: (readonly Event[])[] = [];
      for await (const page of rig.log.queryTimeseries({ ...query, limit })) {
        pages.push(page.events);
      }
      ok(pages.every((events) => events.length <= limit));
      deepEqual(pages.flat().map(told), history.timeseries(query).map(told));
    }
  }),

  contractCase(
    "gives no page that is larger than it may be, and says that more follows",
    async (rig) => {
      await rig.log.append(numbered(1, 7));
      await rig.log.append(numbered(8, 10, "b"));
      for (const limit of [undefined, 4, 100]) {
        const page = await first(rig.log.queryTimeseries({ limit, order: "ascending" }));
        deepEqual(page.events.map(told), [1, 2, 3, 4]);
        ok(page.cursor !== undefined);
        equal((await first(rig.log.queryServer({ server: 1, limit }))).events.length, 4);
      }
      const rest = await first(rig.log.queryTimeseries({ types: [["b"]], limit: 3 }));
      deepEqual([rest.events.map(told), rest.cursor], [[10, 9, 8], undefined]);
    },
    { limits: { maxPageEvents: 4 } },
  ),

  contractCase("goes on after an event that it could have found", async (rig) => {
    const history = await someHistory(rig);
    for (const order of orders) {
      const query = { ...order, types: [["a", "*"]] };
      const found = history.timeseries(query);
      for (const i of [0, Math.floor(found.length / 2), found.length - 1]) {
        const after = found[i]!.id;
        deepEqual(
          await allTold(rig.log.queryTimeseries({ ...query, after, limit: 5 })),
          found.slice(i + 1).map(told),
        );
      }
    }
    // It need not have the type that is asked for; but there is no place after what is not there.
    const other = history.events.find(({ type }) => type[0] === "b")!;
    const query = { types: [["a", "*"]], order: "ascending" } as const;
    const behind = history.timeseries({ order: "ascending", after: other.id });
    deepEqual(
      await all(rig.log.queryTimeseries({ ...query, after: other.id })),
      behind.filter(({ type }) => type[0] === "a"),
    );
    for (const after of [
      { server: 1, session: 999, instance: 1 },
      { server: 1, session: 1, instance: 99 },
      { server: 99, session: 1, instance: 1 },
    ]) {
      deepEqual(await all(rig.log.queryTimeseries({ ...query, after })), []);
    }
    const { id: outside } = history.events[0]!;
    deepEqual(await all(rig.log.queryTimeseries({ from: at(1_002), after: outside })), []);
  }),

  contractCase(
    "goes on with a page where the last one ended, whatever has come since",
    async (rig) => {
      const { log } = rig;
      await log.append(numbered(1, 4));
      const page = (order: "ascending" | "descending", cursor?: string) =>
        first(rig.log.queryTimeseries({ order, limit: 2, cursor }));
      const up = await page("ascending");
      const down = await page("descending");
      await log.append(numbered(5, 6));
      for await (const _ of rig.twice()) {
        const upNext = await page("ascending", up.cursor);
        const downNext = await page("descending", down.cursor);
        deepEqual(upNext.events.map(told), [3, 4]);
        deepEqual(downNext.events.map(told), [2, 1]);
        equal(downNext.cursor, undefined);
        deepEqual((await page("ascending", upNext.cursor)).events.map(told), [5, 6]);
      }
    },
  ),

  contractCase("refuses cursors of other queries, and what is no cursor", async (rig) => {
    const { log } = rig;
    await log.append(numbered(1, 3));
    const { cursor } = await first(log.queryTimeseries({ limit: 1 }));
    for (const query of [
      { cursor, order: "ascending" as const },
      { cursor, orderBy: "sourceTimestamp" as const },
      { cursor, types: [["a"]] },
      { cursor, from: at(0) },
      { cursor: "nonsense" },
      { cursor: `1${cursor}` },
      { cursor: cursor!.slice(0, -2) },
    ]) {
      await refused(log.queryTimeseries(query), "query_invalid", ["cursor"]);
    }
    await refused(log.queryServer({ server: 1, cursor }), "query_invalid", ["cursor"]);
    await refused(log.queryLatest({ cursor }), "query_invalid", ["cursor"]);
    // Pages of the same query may differ in size.
    deepEqual(await allTold(log.queryTimeseries({ cursor, limit: 2 })), [2, 1]);
  }),
];
