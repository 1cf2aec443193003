import { deepEqual, equal, ok } from "node:assert/strict";
import { someHistory } from "./history.js";
import { all, at, contractCase, event, first, refused, told } from "./rig.js";

/** Last events, events of servers, streams. */
export const otherQueryCases = [
  contractCase("knows the last event of each type, the types as they came first", async (rig) => {
    const history = await someHistory(rig);
    for await (const _ of rig.twice()) {
      for (const types of [undefined, [], [["a", "*"]], [["?", "?"], []], [["x"]]]) {
        deepEqual(await all(rig.log.queryLatest({ types })), history.latest({ types }));
        deepEqual(await all(rig.log.queryLatest({ types, limit: 2 })), history.latest({ types }));
      }
    }
    ok((await first(rig.log.queryLatest({ limit: 2 }))).events.length <= 2);
  }),

  contractCase(
    "takes the latest by time for the last, and of the same time what came last",
    async (rig) => {
      const { log, host } = rig;
      const imported = (server: number, seconds: number, json: number) =>
        host.import([
          {
            id: { server, session: 1, instance: 1 },
            type: ["a"],
            timestamp: at(seconds),
            payload: { json },
          },
        ]);
      const last = async () => told((await first(log.queryLatest({ types: [["a"]] }))).events[0]!);
      rig.now = at(1_000);
      await log.append([event("a", 1), event("a", 2)]);
      equal(await last(), 2);
      await imported(9, 999, 3);
      equal(await last(), 2);
      await imported(3, 1_000, 4);
      equal(await last(), 4);
      await log.append([event("a", 5)]);
      equal(await last(), 5);
    },
  ),

  contractCase(
    "gives what each server has stored, in the order of ids, behind any id",
    async (rig) => {
      const history = await someHistory(rig);
      for (const server of [1, 2, 7, 99]) {
        const expected = history.server(server);
        deepEqual(await all(rig.log.queryServer({ server })), expected);
        deepEqual(await all(rig.log.queryServer({ server, limit: 2 })), expected);
        for (const [session, instance] of [
          [0, 0],
          [5, 0],
          [5, 1],
          [6, 7],
          [2 ** 40, 3],
        ] as const) {
          const after = { server, session, instance };
          deepEqual(
            await all(rig.log.queryServer({ server, after, limit: 3 })),
            expected.filter(
              ({ id }) =>
                id.session > session || (id.session === session && id.instance > instance),
            ),
          );
        }
      }
      const after = { server: 2, session: 1, instance: 1 };
      await refused(rig.log.queryServer({ server: 1, after }), "query_invalid", ["after.server"]);
    },
  ),

  contractCase(
    "gives streams in both orders, behind any version, in pages of any size",
    async (rig) => {
      const history = await someHistory(rig);
      for (const streamKey of ["s", "t"]) {
        const up = history.stream(streamKey);
        const down = up.toReversed();
        const { length } = up;
        for (const limit of [undefined, 2]) {
          deepEqual(await all(rig.log.readStream({ streamKey, limit })), up);
          deepEqual(await all(rig.log.readStream({ streamKey, limit, order: "descending" })), down);
          for (const after of [0, 1, length, length + 5]) {
            const query = { streamKey, limit, after };
            deepEqual(await all(rig.log.readStream(query)), up.slice(after));
            deepEqual(
              await all(rig.log.readStream({ ...query, order: "descending" })),
              down.filter(({ stream }) => stream!.version < after),
            );
          }
        }
        const page = await first(rig.log.readStream({ streamKey, limit: 1 }));
        deepEqual([page.version, page.next], [length, 1]);
      }
      const nothing = await first(rig.log.readStream({ streamKey: "S" }));
      deepEqual([nothing.events, nothing.version, nothing.next], [[], 0, undefined]);
      await refused(rig.log.readStream({ streamKey: "" }), "query_invalid", ["streamKey"]);
    },
  ),
];
