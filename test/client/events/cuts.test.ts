import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SubscribeOptions } from "../../../src/client/events/subscribe-options.js";
import type { Event, NewEvent } from "../../../src/log/model/event.js";
import { matchesQueryType } from "../../../src/log/model/query-type.js";
import { newEvent } from "../../log/arbitrary-events.js";
import { plain } from "../../log/plain.js";
import { propertyOptions } from "../../support/property-options.js";
import { turns } from "../../support/signals.js";
import { EventServer, Watcher, wireNames } from "./rig.js";

type Step =
  | { readonly do: "append"; readonly events: readonly NewEvent[] }
  /** Breaks off what there is, or will be once so much has come through. */
  | { readonly do: "cut" }
  | { readonly do: "cutAfter"; readonly bytes: number }
  | { readonly do: "restart" }
  | { readonly do: "wait"; readonly turns: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      events: fc.array(newEvent, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: "cut" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("cutAfter" as const), bytes: fc.nat(900) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("wait" as const), turns: fc.nat(30) }),
  },
);

type Asked = Pick<SubscribeOptions, "types" | "streamKey" | "from">;

const asked: fc.Arbitrary<Asked> = fc
  .tuple(
    fc.constantFrom<Asked>({}, { types: [["a", "*"], ["last"]] }, { streamKey: "s" }),
    fc.constantFrom<Asked>({ from: "start" }, { from: "now" }),
  )
  .map(([what, from]) => ({ ...what, ...from }));

const isAsked = ({ types, streamKey }: Asked, { type, stream }: Event) =>
  streamKey === undefined
    ? (types ?? [["*"]]).some((each) => matchesQueryType(type, each))
    : stream?.key === streamKey;

/** Goes with every subscription, and is the last that happens. */
const last: NewEvent = { type: ["last"], streamKey: "s" };

async function run(server: EventServer, step: Step): Promise<void> {
  switch (step.do) {
    case "append":
      await server.log.append(step.events);
      return;
    case "cut":
      return server.proxy.cut();
    case "cutAfter":
      return server.proxy.cutAfter(step.bytes);
    case "restart":
      return server.restart();
    case "wait":
      return turns(step.turns);
  }
}

/** Losses are told, and told to be over before anything else is given. */
function expectTold({ kinds }: Watcher): void {
  for (const [i, kind] of kinds.entries()) {
    const before = kinds[i - 1];
    if (kind === "resumed") expect(before).toBe("reconnecting");
    else if (kind !== "reconnecting") expect(before).not.toBe("reconnecting");
  }
}

describe.each(wireNames)("over %s", (wire) => {
  test("wherever connections break, a loop is given everything, once and in order", async () => {
    let losses = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(newEvent, { maxLength: 10 }),
        asked,
        fc.array(step, { minLength: 1, maxLength: 25 }),
        async (before, options, steps) => {
          await using server = await EventServer.start();
          for (const event of before) await server.log.append([event]);
          const leave = new AbortController();
          const watcher = new Watcher(
            server.client(wire).subscribe({
              ...options,
              // Over and over a new heartbeat, so that places are told of where nothing matches.
              heartbeatMs: 50,
              backoff: { minMs: 1, maxMs: 4 },
              signal: leave.signal,
            }),
          );
          // Now is when the server has answered.
          if (options.from === "now") await watcher.until((it) => it.count("caughtUp") > 0);
          for (const each of steps) await run(server, each);
          await server.log.append([last]);
          await watcher.until(({ events }) => events.at(-1)?.type[0] === "last");
          leave.abort();
          await watcher.over;

          const { events: stored } = await server.log.queryTimeseries({ order: "ascending" });
          const since = options.from === "now" ? before.length : 0;
          const expected = stored.slice(since).filter((event) => isAsked(options, event));
          expect(watcher.events.map(plain)).toEqual(expected.map(plain));
          expectTold(watcher);
          losses += watcher.count("resumed");
        },
      ),
      propertyOptions(25),
    );
    // Or else nothing has been tested.
    expect(losses).toBeGreaterThan(10);
  });

  test("a server that is silent without a word is left, and had again", async () => {
    await using server = await EventServer.start();
    const { proxy, log } = server;
    const leave = new AbortController();
    const watcher = new Watcher(
      server.client(wire).subscribe({
        types: [["a"]],
        heartbeatMs: 40,
        backoff: { minMs: 1, maxMs: 1 },
        signal: leave.signal,
      }),
    );
    await watcher.until((it) => it.count("caughtUp") === 1);
    proxy.freeze();
    // What it misses.
    await log.append([{ type: ["a"] }, { type: ["b"] }]);
    await watcher.until((it) => it.count("reconnecting") > 0);
    proxy.thaw();
    proxy.cut();
    await watcher.until(({ events }) => events.length > 0);
    leave.abort();
    await watcher.over;
    expect(watcher.events).toHaveLength(1);
    const lost = watcher.items.find(({ kind }) => kind === "reconnecting");
    expect(lost).toMatchObject({ error: { rawMessage: "Nothing was heard for 100 ms." } });
  });
});
