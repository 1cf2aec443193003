import fc from "fast-check";
import { EventLog } from "../../../src/log/event-log.js";
import type { Event, NewEvent } from "../../../src/log/model/event.js";
import type { Timestamp } from "../../../src/log/model/timestamp.js";
import type { RetentionRule } from "../../../src/log/retention/retention-rule.js";
import type { Storage } from "../../../src/log/storage/storage.js";
import { maybeTime, newEvent, time, type, types } from "../arbitrary-events.js";

/** Something that happens to a log. */
type Deed =
  | { readonly do: "append"; readonly appends: readonly Append[] }
  | { readonly do: "import"; readonly server: number; readonly events: readonly Arriving[] }
  | { readonly do: "clock"; readonly now: Timestamp }
  | { readonly do: "clean up"; readonly wait: boolean }
  | { readonly do: "restart"; readonly rules: readonly RetentionRule[]; readonly latest: boolean };

interface Append {
  readonly events: readonly NewEvent[];
  readonly key: string | undefined;
}

/** An event of a peer; how far its id and its time are behind the one before. */
interface Arriving {
  readonly type: readonly string[];
  readonly sourceTimestamp: Timestamp | undefined;
  readonly sessions: number;
  readonly instances: number;
  readonly seconds: number;
}

const append: fc.Arbitrary<Append> = fc.record({
  events: fc.array(newEvent, { minLength: 1, maxLength: 4 }),
  key: fc.option(fc.constantFrom("k", "l", "m"), { nil: undefined, freq: 2 }),
});

const arriving: fc.Arbitrary<Arriving> = fc.record({
  type,
  sourceTimestamp: maybeTime,
  sessions: fc.constantFrom(0, 0, 1, 1, 7),
  instances: fc.constantFrom(1, 1, 2),
  seconds: fc.constantFrom(0, 0, 1, 3),
});

const rule: fc.Arbitrary<RetentionRule> = fc.record(
  {
    types: types.map((each) => each ?? [["*"]]),
    orderBy: fc.constantFrom("timestamp", "sourceTimestamp"),
    minEntries: fc.nat(2),
    maxEntries: fc.nat(6),
    maxAgeSeconds: fc.nat(10),
    maxBytes: fc.nat(400),
  },
  { requiredKeys: ["types"] },
);

const appends = fc.record({
  do: fc.constant("append" as const),
  appends: fc.array(append, { minLength: 1, maxLength: 6 }),
});
const imports = fc.record({
  do: fc.constant("import" as const),
  server: fc.constantFrom(1, 2, 7),
  events: fc.array(arriving, { minLength: 1, maxLength: 5 }),
});
const restarts = fc.record({
  do: fc.constant("restart" as const),
  rules: fc.array(rule, { maxLength: 3 }),
  latest: fc.boolean(),
});

/** What a log may go through. */
export const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: appends },
    { weight: 2, arbitrary: imports },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("clock" as const), now: time }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant("clean up" as const), wait: fc.boolean() }),
    },
    { weight: 2, arbitrary: restarts },
  ),
  { minLength: 4, maxLength: 20 },
);

/** Lets a log go through all of it, and closes it. */
export async function live(storage: Storage, all: readonly Deed[]): Promise<void> {
  let now: Timestamp = { seconds: 100n, micros: 0 };
  const last = new Map<number, Event>();
  const open = (rules: readonly RetentionRule[], latest: boolean) =>
    EventLog.open({
      storage,
      now: () => now,
      retention: rules,
      keepAnswersSeconds: 5,
      ...(!latest && { latest: { types: [["a", "*"]] } }),
    });
  let log = await open([], true);
  let cleaning: Promise<unknown> = Promise.resolve();
  for (const deed of all) {
    if (deed.do === "clock") now = deed.now;
    else if (deed.do === "clean up") {
      cleaning = log.cleanUp();
      if (deed.wait) await cleaning;
    } else if (deed.do === "restart") {
      await cleaning;
      await log.close();
      log = await open(deed.rules, deed.latest);
    } else if (deed.do === "append") {
      const results = await Promise.allSettled(
        deed.appends.map(({ events, key }) => log.append(events, { key })),
      );
      for (const result of results) {
        if (result.status === "rejected" && result.reason.code !== "idempotency_key_reused") {
          throw result.reason;
        }
        if (result.status === "fulfilled" && !result.value.replayed) {
          last.set(1, result.value.events.at(-1)!);
        }
      }
    } else {
      const events = eventsOf(deed.server, deed.events, last.get(deed.server));
      last.set(deed.server, events.at(-1)!);
      await log.import(events);
    }
  }
  await cleaning;
  await log.close();
}

function eventsOf(server: number, all: readonly Arriving[], after: Event | undefined): Event[] {
  let before = after;
  return all.map(({ type: of, sourceTimestamp, sessions, instances, seconds }) => {
    const session = (before?.id.session ?? 0) + (before === undefined ? 1 : sessions);
    const isSame = session === before?.id.session;
    const instance = isSame ? before!.id.instance + instances : instances;
    const from = before?.timestamp ?? { seconds: 95n, micros: 0 };
    const timestamp = { ...from, seconds: from.seconds + BigInt(seconds) };
    before = { id: { server, session, instance }, type: of, timestamp, sourceTimestamp };
    return before;
  });
}
