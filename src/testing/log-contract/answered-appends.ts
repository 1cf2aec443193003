import { deepEqual, equal, ok } from "node:assert/strict";
import { all, allTold, contractCase, event, first, plain } from "./rig.js";

/** What is true once an append is answered. */
export const answeredAppendCases = [
  contractCase("finds what was appended as soon as the append is answered", async (rig) => {
    const { log } = rig;
    const append = async (number: number) => {
      const streamKey = `s${number % 3}`;
      const { events } = await log.append([event(`a/${number}`, number, streamKey)]);
      const { id, version } = events[0]!;
      const isFound = (found: readonly { readonly id: object }[]) =>
        ok(found.some((each) => plain(each as never).id.session === id.session));
      isFound((await first(log.queryLatest({ types: [["a", `${number}`]] }))).events);
      isFound((await first(log.queryTimeseries({ types: [["?", `${number}`]] }))).events);
      isFound((await first(log.readStream({ streamKey, after: version! - 1 }))).events);
      const after = { ...id, instance: 0 };
      isFound((await first(log.queryServer({ server: 1, after }))).events);
    };
    for (let from = 0; from < 16; from += 8) {
      await Promise.all(Array.from({ length: 8 }, (_, i) => append(from + i)));
    }
    equal((await all(log.queryTimeseries())).length, 16);
  }),

  contractCase(
    "keeps sessions whole and streams dense, however many append at once",
    async (rig) => {
      const { log } = rig;
      const append = (number: number) =>
        log.append(
          Array.from({ length: 1 + (number % 3) }, (_, i) =>
            event(`a/${i}`, `${number} ${i}`, i === 1 ? undefined : `s${number % 2}`),
          ),
        );
      const answers = await Promise.all(Array.from({ length: 30 }, (_, number) => append(number)));
      const stored = await all(log.queryTimeseries({ order: "ascending" }));
      const byId = new Map(stored.map((each) => [JSON.stringify(each.id), each]));
      for (const [number, { events }] of answers.entries()) {
        equal(new Set(events.map(({ id }) => id.session)).size, 1);
        for (const [i, { id, version }] of events.entries()) {
          equal(id.instance, i + 1);
          const found = byId.get(JSON.stringify(id));
          deepEqual(found?.payload, { json: `${number} ${i}` });
          equal(found?.stream?.version, version);
        }
      }
      const sessions = answers.map(({ events }) => events[0]!.id.session);
      equal(new Set(sessions).size, 30);
      for (const streamKey of ["s0", "s1"]) {
        const versions = (await all(log.readStream({ streamKey }))).map(
          (each) => each.stream?.version,
        );
        deepEqual(
          versions,
          versions.map((_, i) => i + 1),
        );
        // In the order in which they were stored.
        deepEqual(
          (await all(log.readStream({ streamKey }))).map(({ id }) => JSON.stringify(id)),
          stored
            .filter(({ stream }) => stream?.key === streamKey)
            .map(({ id }) => JSON.stringify(id)),
        );
      }
    },
  ),

  contractCase("gives those who do not wait for the disk what it gives all", async (rig) => {
    const { log } = rig;
    const answers = [];
    for (let number = 0; number < 20; number++) {
      answers.push(await log.append([event("a", number, "s")], { durability: "relaxed" }));
    }
    deepEqual(
      answers.map(({ events }) => events[0]),
      answers.map((_, i) => ({ id: { server: 1, session: i + 1, instance: 1 }, version: i + 1 })),
    );
    // What was called before is on disk when this is.
    await log.append([event("b", 20)]);
    const numbers = Array.from({ length: 21 }, (_, number) => number);
    deepEqual(await allTold(log.queryTimeseries({ order: "ascending" })), numbers);
    await rig.reopen();
    deepEqual(await allTold(rig.log.queryServer({ server: 1 })), numbers);
  }),
];
