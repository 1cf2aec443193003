import { expect, test } from "vitest";
import type { Module, ModuleFactory, Source } from "../../src/events/engine/module.js";
import { events } from "../../src/events/events-plugin.js";
import type { Event } from "../../src/log/model/event.js";
import { matchesQueryType, type QueryType } from "../../src/log/model/query-type.js";
import { timestampFromSeconds } from "../../src/log/model/timestamp.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { readVectors } from "../log/vectors.js";

/** See the `about` of engine_sessions.json. */
interface Row {
  readonly name: string;
  readonly server_id: number;
  readonly last_event_id?: readonly [number, number];
  readonly modules: readonly {
    readonly subscription: readonly QueryType[];
    readonly rules: readonly Rule[];
  }[];
  readonly calls: readonly {
    readonly source: readonly [string, number];
    readonly types: readonly (readonly string[])[];
  }[];
  readonly expect: readonly {
    readonly trace: readonly unknown[];
    readonly registered: readonly unknown[] | null;
    readonly result_ids?: readonly unknown[];
  }[];
}

interface Rule {
  readonly on: QueryType;
  readonly source?: string;
  readonly emit: readonly (readonly string[])[];
  readonly times_per_session?: number;
}

const names: Record<string, Source["type"]> = {
  EVENTER: "client",
  MODULE: "module",
  ENGINE: "engine",
  SERVER: "server",
};
const nameOf = (type: Source["type"]) =>
  Object.keys(names).find((name) => names[name] === type) ?? type;

const idOf = ({ id: { server, session, instance } }: Event) => [server, session, instance];

/** Rows that cannot be said in our terms, and why. */
const inexpressible: Readonly<Record<string, string>> = {
  "backend returning none makes register answer none":
    "a storage that drops what it is given: here it fails the append, see test/log",
};

test.each(readVectors<Row>("engine_sessions"))("$name", async (row) => {
  if (inexpressible[row.name] !== undefined) {
    console.info(`not compared: ${row.name}: ${inexpressible[row.name]}`);
    return;
  }
  let trace: unknown[] = [];
  const modules = row.modules.map(
    (module, id): ModuleFactory =>
      () =>
        ruled(id, module, (entry) => trace.push(entry)),
  );
  const storage = new MemoryStorage();
  const plugin = events({ storage, server: row.server_id, modules });
  if (row.last_event_id !== undefined) {
    const [session, instance] = row.last_event_id;
    const before = events({ storage, server: row.server_id, announce: false });
    await before.start();
    const id = { server: row.server_id, session, instance };
    await before.log.import([{ id, type: [], timestamp: timestampFromSeconds(1) }]);
    await before.stop();
  }

  const expected = [...row.expect];
  const check = async (first: number, session: (typeof expected)[number]) => {
    expect(trace).toEqual(session.trace);
    trace = [];
    if (session.registered === null) return first;
    const after = { server: row.server_id, session: first, instance: 2 ** 32 - 1 };
    const { events: stored } = await plugin.log.queryServer({ server: row.server_id, after });
    expect(stored.map((event) => [idOf(event), event.type, event.payload ?? null])).toEqual(
      session.registered,
    );
    expect(new Set(stored.map(({ timestamp }) => timestamp)).size).toBe(1);
    return stored.at(-1)!.id.session;
  };

  await plugin.start();
  let last = await check(row.last_event_id?.[0] ?? 0, expected.shift()!);
  for (const { source, types } of row.calls) {
    const from: Source = { type: names[source[0]]!, id: source[1] };
    const request = types.map((type) => ({ type }));
    const { events: answered } = await plugin.log.append(request, { source: from });
    const session = expected.shift()!;
    expect(answered.map(idOf)).toEqual(session.result_ids);
    last = await check(last, session);
  }
  await plugin.stop();
  const reopened = events({ storage, server: row.server_id, announce: false });
  await reopened.start();
  const { events: stopped } = await reopened.log.queryTimeseries({ limit: 1 });
  expect(stopped.map((event) => [idOf(event), event.type, event.payload])).toEqual(
    expected.shift()!.registered,
  );
  expect(trace).toEqual([]);
  expect(expected).toEqual([]);
  await reopened.stop();
});

function ruled(
  id: number,
  { subscription, rules }: Row["modules"][number],
  note: (entry: unknown) => void,
): Module {
  let used = new Map<Rule, number>();
  return {
    types: subscription,
    onSessionStart(session) {
      used = new Map();
      note(["start", id, session]);
    },
    onSessionStop: (session) => note(["stop", id, session]),
    process(source, event) {
      note(["process", id, [nameOf(source.type), source.id], event.id.instance]);
      return rules.flatMap((rule) => {
        const { on, source: only, emit, times_per_session = Number.POSITIVE_INFINITY } = rule;
        const times = used.get(rule) ?? 0;
        const fits =
          matchesQueryType(event.type, on) &&
          (only === undefined || names[only] === source.type) &&
          times < times_per_session;
        if (!fits) return [];
        used.set(rule, times + 1);
        return emit.map((type) => ({ type }));
      });
    },
  };
}
