import { deepEqual, equal } from "node:assert/strict";
import type { Expectation } from "../../log/append/append-request.js";
import { all, allTold, contractCase, event, type Rig, refused } from "./rig.js";

/** What appends may depend on, and what repeats them. */
export const expectationCases = [
  contractCase("stores what is expected rightly, and nothing of the rest", async (rig) => {
    await rig.log.append([event("a", 1, "s"), event("a", 2, "s")]);
    const holding: Expectation["version"][] = [2, "exists", "any"];
    const failing: Expectation["version"][] = [0, 1, 3, "none"];
    let version = 2;
    for await (const round of rig.twice()) {
      for (const expected of failing) {
        const appended = expecting(rig, [{ streamKey: "s", version: expected }]);
        await refused(appended, "version_conflict", ["expect[0]"]);
      }
      for (const expected of [0, "none", "any"] as const) {
        const { events } = await expecting(rig, [
          { streamKey: `${round} ${expected}`, version: expected },
        ]);
        equal(events[0]?.version, ++version);
      }
      await refused(
        expecting(rig, [{ streamKey: "nothing", version: "exists" }]),
        "version_conflict",
      );
      await refused(expecting(rig, [{ streamKey: "nothing", version: 1 }]), "version_conflict");
    }
    for (const expected of holding) {
      const current = expected === 2 ? version : expected;
      equal(
        (await expecting(rig, [{ streamKey: "s", version: current }])).events[0]?.version,
        ++version,
      );
    }
    equal((await all(rig.log.queryTimeseries())).length, version);
  }),

  contractCase(
    "holds all expectations against what was there before, and names who fails",
    async (rig) => {
      await rig.log.append([event("a", 1, "s"), event("a", 2, "t"), event("a", 3, "t")]);
      const both = (s: Expectation["version"], t: Expectation["version"]) =>
        expecting(rig, [
          { streamKey: "s", version: s },
          { streamKey: "t", version: t },
          { streamKey: "s", version: "any" },
          { streamKey: "u", version: "none" },
        ]);
      await refused(both(1, 1), "version_conflict", ["expect[1]"]);
      await refused(both(2, 0), "version_conflict", ["expect[0]", "expect[1]"]);
      equal((await both(1, 2)).events[0]?.version, 2);
      await refused(both(1, 2), "version_conflict", ["expect[0]"]);
    },
  ),

  contractCase("lets one of many win who expect the same", async (rig) => {
    for (let version = 0; version < 4; version++) {
      const calls = Array.from({ length: 8 }, (_, number) =>
        rig.log.append([event("a", `${version} ${number}`, "s")], {
          expect: [{ streamKey: "s", version }],
        }),
      );
      const settled = await Promise.allSettled(calls);
      equal(settled.filter(({ status }) => status === "fulfilled").length, 1);
      for (const each of settled) {
        if (each.status === "rejected")
          await refused(Promise.reject(each.reason), "version_conflict");
      }
    }
    equal((await all(rig.log.readStream({ streamKey: "s" }))).length, 4);
  }),

  contractCase("answers a repeated key as the first time, and stores once", async (rig) => {
    const events = [event("a", 1, "s"), event("b", 2), event("a", 3, "s")];
    await rig.log.append([event("a", 0, "s")]);
    // Also of those that are under way at once there is a first one.
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => rig.log.append(events, { key: "k" })),
    );
    equal(answers.filter(({ replayed }) => !replayed).length, 1);
    for await (const round of rig.twice()) {
      await rig.log.append([event("a", round, "s")]);
      rig.now = { seconds: rig.now.seconds + 5n, micros: 1 };
      answers.push(await rig.log.append(events, { key: "k" }));
      equal(answers.at(-1)?.replayed, true, round);
    }
    const told = (answer: (typeof answers)[number]) => ({ ...answer, replayed: true });
    deepEqual(answers.map(told), Array(7).fill(told(answers[0]!)));
    deepEqual(
      answers[0]!.events.map(({ version }) => version),
      [2, undefined, 3],
    );
    equal((await all(rig.log.queryTimeseries())).length, 6);
  }),

  contractCase("refuses a key that was used for something else", async (rig) => {
    const { log } = rig;
    const first = { ...event("a", 1, "s"), sourceTimestamp: { seconds: 5n, micros: 5 } };
    await log.append([first], { key: "k" });
    const others = [
      [{ ...first, type: ["b"] }],
      [{ ...first, payload: { json: 2 } }],
      [{ ...first, payload: undefined }],
      [{ ...first, payload: { binary: { type: "", data: Uint8Array.of(0x31) } } }],
      [{ ...first, streamKey: "t" }],
      [{ ...first, streamKey: undefined }],
      [{ ...first, sourceTimestamp: { seconds: 5n, micros: 6 } }],
      [{ ...first, sourceTimestamp: undefined }],
      [first, first],
    ];
    for (const other of others) {
      await refused(log.append(other, { key: "k" }), "idempotency_key_reused");
    }
    await log.append(others[0]!, { key: "K" });
    equal((await log.append([first], { key: "k" })).replayed, true);
    equal((await all(log.queryTimeseries())).length, 2);
  }),

  contractCase("does not use up the key of an append that was refused", async (rig) => {
    const append = (version: number) =>
      rig.log.append([event("a", 2, "s")], { key: "k", expect: [{ streamKey: "s", version }] });
    await refused(append(1), "version_conflict");
    await rig.log.append([event("a", 1, "s")]);
    equal((await append(1)).replayed, false);
    // What it was expected of has changed by it, and does not matter any more.
    equal((await append(1)).replayed, true);
    deepEqual(await allTold(rig.log.readStream({ streamKey: "s" })), [1, 2]);
  }),
];

function expecting(rig: Rig, expect: readonly Expectation[]) {
  return rig.log.append([event("a", "expecting", "s")], { expect });
}
