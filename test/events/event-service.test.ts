import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { App } from "../../src/app/app.js";
import { sluiceError } from "../../src/client/sluice-error.js";
import { type EventsPlugin, events } from "../../src/events/events-plugin.js";
import {
  EventService,
  Order,
  StartPoint,
  StreamState,
  type SubscribeRequestSchema,
} from "../../src/gen/sluice/events/v1/events_pb.js";
import { EventLog } from "../../src/log/event-log.js";
import type { LogOptions } from "../../src/log/log-options.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import type { StoredEvent } from "../../src/log/stored-event.js";
import { createTestRig, type RigProtocol, rigProtocols } from "../../src/testing/test-rig.js";

async function serve(protocol: RigProtocol, options: Partial<LogOptions> = {}) {
  const store = events({ storage: new MemoryStorage(), announce: false, ...options });
  const app = new App({ name: "test", package: "test.v1" }).use(store);
  const rig = await createTestRig({ app, protocol });
  return {
    store: store as EventsPlugin,
    client: rig.client(EventService),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

const jsonOf = (value: unknown) => ({ case: "json" as const, value: JSON.stringify(value) });

describe.each(rigProtocols)("over %s", (protocol) => {
  test("events are stored and found again, every way there is", async () => {
    await using served = await serve(protocol);
    const { client } = served;
    const sourceTimestamp = { seconds: 1_700_000_000n, nanos: 123_456_000 };
    const appended = await client.append({
      events: [
        {
          type: ["plant", "temp"],
          payload: jsonOf({ value: 21.5 }),
          sourceTimestamp,
          streamKey: "s1",
        },
        {
          type: ["plant", "state"],
          payload: { case: "binary", value: { type: "raw", data: Uint8Array.of(0, 255) } },
        },
        { type: [], payload: jsonOf(null) },
        { type: ["plant", "temp"], streamKey: "s1" },
      ],
    });
    expect(appended.replayed).toBe(false);
    expect(appended.events.map(({ id, version }) => [id?.session, id?.instance, version])).toEqual([
      [1n, 1, 1n],
      [1n, 2, 0n],
      [1n, 3, 0n],
      [1n, 4, 2n],
    ]);

    const latest = await client.queryLatest({
      types: { queryTypes: [{ segments: ["plant", "*"] }] },
    });
    expect(latest.events.map(({ type, id }) => [type, id?.instance])).toEqual([
      [["plant", "temp"], 4],
      [["plant", "state"], 2],
    ]);

    const all = await client.queryTimeseries({ order: Order.ASCENDING });
    expect(all.events.map(({ payload }) => payload)).toMatchObject([
      jsonOf({ value: 21.5 }),
      { case: "binary", value: { type: "raw", data: Uint8Array.of(0, 255) } },
      jsonOf(null),
      { case: undefined },
    ]);
    expect(all.events[0]?.sourceTimestamp).toMatchObject(sourceTimestamp);
    expect(all.events[0]?.timestamp).toMatchObject({ ...appended.timestamp });

    const first = await client.queryTimeseries({ pageSize: 3 });
    const rest = await client.queryTimeseries({ pageSize: 3, pageToken: first.nextPageToken });
    expect([...first.events, ...rest.events].map(({ id }) => id?.instance)).toEqual([4, 3, 2, 1]);
    expect(rest.nextPageToken).toBe("");

    const after = { server: 1, session: 1n, instance: 3 };
    const copied = await client.queryServer({ serverId: 1, after });
    expect(copied.events.map(({ id }) => id?.instance)).toEqual([4]);

    const stream = await client.readStream({ streamKey: "s1", pageSize: 1 });
    expect(stream.events.map(({ stream: of }) => of?.version)).toEqual([1n]);
    expect([stream.version, stream.nextAfterVersion]).toEqual([2n, 1n]);

    const status = await client.getStatus({});
    expect(status).toMatchObject({ serverId: 1, eventTypes: 3n, failure: "" });
    expect(status.lastEventId).toMatchObject({ session: 1n, instance: 4 });
  });

  test("a repeated append is answered alike, and stores nothing", async () => {
    await using served = await serve(protocol);
    const { client, store } = served;
    const request = { events: [{ type: ["a"], streamKey: "s" }], idempotencyKey: "k1" };
    const first = await client.append(request);
    const second = await client.append(request);
    expect(second).toMatchObject({ replayed: true, events: first.events });
    expect((await store.log.queryTimeseries()).events).toHaveLength(1);
  });

  test("JSON is kept to the letter", async () => {
    await using served = await serve(protocol);
    const { client, store } = served;
    const text = ' [1.0, 1e400, 12345678901234567890, "\\u0041", {"b":1, "a":2, "b":3}]';
    await client.append({ events: [{ type: ["a"], payload: { case: "json", value: text } }] });
    const { events: found } = await client.queryLatest({});
    expect(found[0]!.payload).toEqual({ case: "json", value: text });
    await using copy = await EventLog.open({ storage: new MemoryStorage(), server: 2 });
    const { events: all } = await store.log.queryServer({ server: 1 });
    await copy.import(all);
    const [copied] = (await copy.queryTimeseries()).events as StoredEvent[];
    expect(copied!.jsonText).toBe(text);
  });

  test("subscribers get what there is, then what comes", async () => {
    await using served = await serve(protocol);
    const { client } = served;
    await client.append({ events: [{ type: ["a", "1"] }, { type: ["b"] }, { type: ["a", "2"] }] });
    const seen: string[] = [];
    const leave = new AbortController();
    const request = {
      types: { queryTypes: [{ segments: ["a", "*"] }] },
      begin: { case: "start" as const, value: StartPoint.BEGINNING },
    };
    try {
      for await (const { item } of client.subscribe(request, { signal: leave.signal })) {
        if (item.case === "batch") {
          seen.push(item.value.events.map(({ type }) => type.join("/")).join(" "));
        }
        if (item.case === "caughtUp") {
          seen.push("caught up");
          await client.append({ events: [{ type: ["b"] }] });
          await client.append({ events: [{ type: ["a", "3"] }] });
        }
        if (seen.length === 3) leave.abort();
      }
    } catch (error) {
      expect(ConnectError.from(error).code).toBe(Code.Canceled);
    }
    expect(seen).toEqual(["a/1 a/2", "caught up", "a/3"]);
  });

  test("a heartbeat says up to where everything has been sent", async () => {
    await using served = await serve(protocol);
    const { client } = served;
    await client.append({ events: [{ type: ["a"], streamKey: "s" }, { type: ["b"] }] });
    const reached = async (request: MessageInitShape<typeof SubscribeRequestSchema>) => {
      const leave = new AbortController();
      const all = client.subscribe({ ...request, heartbeatMs: 10 }, { signal: leave.signal });
      for await (const { item } of all) {
        if (item.case !== "heartbeat") continue;
        leave.abort();
        return item.value.reached?.begin;
      }
    };
    const begin = { case: "start" as const, value: StartPoint.BEGINNING };
    expect(await reached({ streamKey: "s", begin })).toEqual({ case: "afterVersion", value: 1n });
    expect(await reached({ begin })).toMatchObject({ case: "after", value: { instance: 2 } });
    const now = { types: { queryTypes: [{ segments: ["none"] }] } };
    expect(await reached(now)).toMatchObject({ case: "after", value: { instance: 2 } });
  });

  test.each([
    ["a type with a *", { events: [{ type: ["*"] }] }, "event_invalid", "events[0].type"],
    [
      "no JSON",
      { events: [{ type: [], payload: { case: "json" as const, value: "{" } }] },
      "event_invalid",
      "events[0].payload.json",
    ],
    [
      "nanoseconds",
      { events: [{ type: [], sourceTimestamp: { seconds: 1n, nanos: 1 } }] },
      "argument_invalid",
      "events[0].sourceTimestamp",
    ],
    [
      "another version",
      {
        events: [{ type: [], streamKey: "s" }],
        expect: [{ streamKey: "s", expected: { case: "version" as const, value: 7n } }],
      },
      "version_conflict",
      "expect[0]",
    ],
    [
      "an expectation of nothing",
      { events: [{ type: [] }], expect: [{ streamKey: "s" }] },
      "argument_invalid",
      "expect[0]",
    ],
  ])("%s is refused by name, and nothing is stored", async (_, request, code, field) => {
    await using served = await serve(protocol);
    const { client, store } = served;
    const failure = await client.append(request).catch((error: unknown) => error);
    expect(sluiceError(failure)).toMatchObject({ code, violations: [{ field }] });
    expect((await store.log.queryTimeseries()).events).toEqual([]);
    const expect0 = {
      streamKey: "s",
      expected: { case: "state" as const, value: StreamState.NONE },
    };
    await client.append({ events: [{ type: [], streamKey: "s" }], expect: [expect0] });
  });
});

describe.each(rigProtocols.filter((each) => each === "memory" || each.endsWith("h2")))(
  "both ways over %s",
  (protocol) => {
    test("many appends over one call are answered in their order", async () => {
      await using served = await serve(protocol);
      const { client, store } = served;
      const count = 200;
      async function* requests() {
        for (let i = 0; i < count; i++) yield { events: [{ type: ["a"], payload: jsonOf(i) }] };
      }
      const answered: bigint[] = [];
      for await (const answer of client.appendStream(requests())) {
        answered.push(answer.answered);
        expect(answer.events[0]?.id?.session).toBe(answer.answered);
      }
      expect(answered).toHaveLength(count);
      const { events: stored } = await store.log.queryTimeseries({ order: "ascending" });
      expect(stored.map(({ payload }) => payload)).toEqual(
        Array.from({ length: count }, (__, i) => ({ json: i })),
      );
    });
  },
);
