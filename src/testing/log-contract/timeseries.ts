import { deepEqual } from "node:assert/strict";
import type { TimeseriesQuery } from "../../client/events/queries.js";
import { orders, someHistory } from "./history.js";
import { all, at, contractCase, event, refused } from "./rig.js";

/** Which events queries by time find. */
export const timeseriesCases = [
  contractCase("finds events by their types, in both orders, ties by id", async (rig) => {
    const history = await someHistory(rig);
    const patterns = [
      undefined,
      [],
      [[]],
      [["*"]],
      [["?"]],
      [["a"]],
      [["a", "*"]],
      [["a", "?"]],
      [["?", "?", "*"]],
      [["a"], ["b", "*"], ["a", "c"]],
      [["nothing", "*"]],
    ];
    for (const [i, types] of patterns.entries()) {
      // Each in two of the orders, all events in all of them.
      for (const order of i === 0 ? orders : [orders[i % 2]!, orders[2 + (i % 2)]!]) {
        const query = { types, ...order };
        deepEqual(
          await all(rig.log.queryTimeseries(query)),
          history.timeseries(query),
          JSON.stringify(query),
        );
      }
    }
    deepEqual(await all(rig.log.queryTimeseries()), history.timeseries({}));
    await rig.reopen();
    deepEqual(await all(rig.log.queryTimeseries()), history.timeseries({}));
  }),

  contractCase("includes both bounds of time, to the microsecond", async (rig) => {
    const history = await someHistory(rig);
    const bounds: readonly Omit<TimeseriesQuery, "order" | "orderBy">[] = [
      { from: at(1_001, 999_999) },
      { from: at(1_001, 999_998), to: at(1_002, 999_998) },
      { from: at(1_002, 999_999), to: at(1_002, 999_999) },
      { to: at(1_000, 999_998) },
      { from: at(1_002), to: at(1_001) },
      { sourceFrom: at(502) },
      { sourceFrom: at(501, 1), sourceTo: at(503) },
      { sourceTo: at(-1) },
      { from: at(1_001), sourceTo: at(502, 1), types: [["a", "*"]] },
      { from: at(-62_135_596_800), to: at(253_402_300_799, 999_999) },
    ];
    for (const [i, bound] of bounds.entries()) {
      for (const order of [orders[i % 2]!, orders[2 + (i % 2)]!]) {
        const query = { ...bound, ...order };
        deepEqual(await all(rig.log.queryTimeseries(query)), history.timeseries(query));
      }
    }
  }),

  contractCase("refuses query types that are none", async (rig) => {
    const { log } = rig;
    await log.append([event("a", 1)]);
    for (const types of [[["*", "a"]], [["a"], ["?", "*", "?"]]]) {
      await refused(log.queryTimeseries({ types }), "query_type_invalid");
      await refused(log.queryLatest({ types }), "query_type_invalid");
      await refused(() => log.subscribe({ types }), "query_type_invalid");
    }
  }),
];
