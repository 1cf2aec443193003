import { afterAll, describe, expect, test, vi } from "vitest";
import { App } from "../../src/app/app.js";
import { EventClient } from "../../src/client/events/event-client.js";
import { sluiceError } from "../../src/client/sluice-error.js";
import { type EventsOptions, events } from "../../src/events/events-plugin.js";
import { EventService, StartPoint } from "../../src/gen/sluice/events/v1/events_pb.js";
import type { Event } from "../../src/log/model/event.js";
import { timestampFromSeconds } from "../../src/log/model/timestamp.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { createTestRig, type RigProtocol, rigProtocols } from "../../src/testing/test-rig.js";
import { plain } from "../log/plain.js";
import { timestampOf } from "../log/vectors.js";
import {
  eventFrom,
  type Ids,
  inexpressible,
  isFailureOfNothing,
  maybe,
  type NotifyRow,
  newEventOf,
  protocolRows,
  type QueryParams,
  type RegisterRow,
  type RowEvent,
  roundtrip,
  rows,
  storedFrom,
  values,
} from "./wire-rows.js";

afterAll(() => {
  for (const [kind, count, reason] of inexpressible) {
    console.info(`not compared: ${kind}, ${count} rows: ${reason}`);
  }
});

async function serve(protocol: RigProtocol, options: Partial<EventsOptions> = {}) {
  const store = events({ storage: new MemoryStorage(), announce: false, ...options });
  const app = new App({ name: "test", package: "test.v1", onError: () => {} }).use(store);
  const rig = await createTestRig({ app, protocol });
  return {
    log: store.log,
    client: new EventClient(rig.transport),
    calls: rig.client(EventService),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

async function all(pages: AsyncIterable<Event>): Promise<string[]> {
  const found: string[] = [];
  for await (const event of pages) found.push(plain(event));
  return found;
}

test("every row is compared or said to be inexpressible", () => {
  const compared = ["event", "register_event", "query_params", "query_result"];
  const known = new Set([...compared, "notify", "query", "register"]);
  const others = [...roundtrip, ...protocolRows].filter(({ kind }) => !known.has(kind));
  expect(new Set(others.map(({ kind }) => kind))).toEqual(
    new Set(["status", "token", "init", "init_error"]),
  );
});

describe.each(rigProtocols)("over %s", (protocol) => {
  test("events come back as they were imported and appended", async () => {
    await using served = await serve(protocol);
    const { client, log } = served;
    const imported = values<RowEvent>("event")
      .filter(({ id }) => id.session > 0)
      .map((row, i) => ({ ...eventFrom(row), id: { ...row.id, session: row.id.session + i } }));
    expect(await log.import(imported)).toEqual({ stored: 2, skipped: [] });
    expect(await all(client.queryServer({ server: 123 }))).toEqual(imported.map(plain));

    const appended = values<RowEvent>("register_event").map(newEventOf);
    const { events: ids, timestamp } = await client.append(appended);
    expect(await all(client.queryServer({ server: 1 }))).toEqual(
      appended.map((event, i) =>
        plain({ ...event, id: ids[i]!.id, timestamp: timestamp! } as Event),
      ),
    );
  });

  test("results survive the wire, whatever is in them", async () => {
    await using served = await serve(protocol);
    const { client, log } = served;
    // No log has stored an event of session 0, so one is made to answer with it.
    const results = values<{ readonly events: readonly RowEvent[] }>("query_result");
    for (const { events: found } of [{ events: values<RowEvent>("event") }, ...results]) {
      const page = { events: found.map(storedFrom), cursor: undefined };
      vi.spyOn(log, "queryTimeseries").mockResolvedValue(page);
      expect(await all(client.queryTimeseries())).toEqual(found.map(eventFrom).map(plain));
    }
  });

  test("queries arrive as they were asked, and types that are unset are not none", async () => {
    await using served = await serve(protocol);
    const { client, log } = served;
    await client.append([{ type: ["a"] }, { type: ["a", "b", "c"] }, { type: ["x"] }]);
    const arrived = {
      latest: vi.spyOn(log, "queryLatest"),
      timeseries: vi.spyOn(log, "queryTimeseries"),
      server: vi.spyOn(log, "queryServer"),
    };
    const found: unknown[] = [];
    for (const params of values<QueryParams>("query_params")) {
      const { kind } = params;
      const query = {
        types: params.event_types ?? undefined,
        limit: params.max_results ?? undefined,
        after: params.last_event_id ?? undefined,
        ...(kind === "server" && { server: params.server_id }),
        ...(kind === "timeseries" && {
          from: maybe(params.t_from, timestampOf),
          to: maybe(params.t_to, timestampOf),
          sourceFrom: maybe(params.source_t_from, timestampOf),
          sourceTo: maybe(params.source_t_to, timestampOf),
          order: params.order.toLowerCase(),
          orderBy: params.order_by === "TIMESTAMP" ? "timestamp" : "sourceTimestamp",
        }),
      };
      const ask = { latest: "queryLatest", timeseries: "queryTimeseries", server: "queryServer" };
      const pages = client[ask[kind] as "queryLatest"](query as never).pages();
      const page = await pages.next().catch((error: unknown) => sluiceError(error)?.code);
      found.push(typeof page === "object" ? page.value?.events.length : page);
      expect(arrived[kind].mock.lastCall?.[0]).toEqual(query);
    }
    // The last one asks for what comes after an event of another server.
    expect(found).toEqual([3, 0, 2, 3, 0, 0, "query_invalid"]);
  });

  test("those who follow are given what is delivered, at once and later, and nothing else", async () => {
    await using served = await serve(protocol);
    const { calls, log } = served;
    const notify = rows<NotifyRow>("notify");
    expect(notify).toHaveLength(16);
    const given = notify[0]!.events.map(([[server, session, instance], type]) => ({
      id: { server, session, instance },
      type,
      timestamp: timestampFromSeconds(1_700_000_000),
    }));
    const last = given.at(-1)!.id;

    /** Follows as a row says, until everything up to the last event has been sent. */
    const follow = async (row: NotifyRow, start: StartPoint, onBegun = () => {}) => {
      const { subscriptions, server_id } = row.client;
      const request = {
        types: { queryTypes: subscriptions!.map((segments) => ({ segments: [...segments] })) },
        serverId: server_id ?? undefined,
        begin: { case: "start" as const, value: start },
        heartbeatMs: 10,
      };
      const delivered: Ids[] = [];
      const leave = new AbortController();
      for await (const { item } of calls.subscribe(request, { signal: leave.signal })) {
        if (item.case === "batch") {
          const ids = item.value.events.map(({ id }) => id!);
          delivered.push(...ids.map((id): Ids => [id.server, Number(id.session), id.instance]));
          continue;
        }
        onBegun();
        const { value: reached } = item.value!.reached?.begin ?? {};
        if (typeof reached === "object" && reached.server === last.server) leave.abort();
        if (leave.signal.aborted) break;
      }
      return delivered;
    };
    const isDelivered = (row: NotifyRow) =>
      row.delivered_on_registered ?? row.delivered_on_persisted ?? [];

    const live: Promise<Ids[]>[] = [];
    for (const row of notify) {
      await new Promise<void>((begun) => live.push(follow(row, StartPoint.NOW, begun)));
    }
    expect(await log.import(given)).toEqual({ stored: 12, skipped: [] });
    expect(await Promise.all(live)).toEqual(notify.map(isDelivered));
    const later = notify.map((row) => follow(row, StartPoint.BEGINNING));
    expect(await Promise.all(later)).toEqual(notify.map(isDelivered));
  });

  test("queries of an empty log, and appends, are answered", async () => {
    const now = () => timestampFromSeconds(1_700_000_000);
    for (const row of rows<RegisterRow>("register")) {
      if (!row.with_response || isFailureOfNothing(row)) continue;
      const fails = row.server_answers === null;
      const failing = () => ({
        types: [["*"]],
        process() {
          throw new Error("It refuses everything.");
        },
      });
      await using served = await serve(protocol, { now, modules: fails ? [failing] : [] });
      const { client } = served;
      for (const pages of [
        client.queryLatest(),
        client.queryTimeseries(),
        client.queryServer({ server: 123 }),
      ]) {
        expect(await pages.pages().next()).toMatchObject({ value: { events: [] } });
        expect(await all(pages)).toEqual([]);
      }
      const appended = client.append(row.request.map(newEventOf));
      if (fails) {
        const error = await appended.catch((thrown: unknown) => thrown);
        expect(sluiceError(error)?.code).toBe("module_failed");
        expect(await all(client.queryTimeseries())).toEqual([]);
        continue;
      }
      const answers = row.client_gets!.map(eventFrom);
      expect((await appended).events).toEqual(answers.map(({ id }) => ({ id })));
      const ascending = client.queryTimeseries({ order: "ascending" });
      expect(await all(ascending)).toEqual(answers.map(plain));
    }
    expect(rows("query")).toHaveLength(3);
  });
});
