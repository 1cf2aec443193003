import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { sluiceError } from "../../../src/client/sluice-error.js";
import type { Event } from "../../../src/log/model/event.js";
import { plain } from "../../log/plain.js";
import { EventServer, wireNames } from "./rig.js";

const rejection = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe.each(["memory", ...wireNames] as const)("over %s", (wire) => {
  test("events are stored and found again, with the shapes that they have in process", async () => {
    await using server = await EventServer.start();
    const { log } = server;
    const client = server.client(wire);
    const sourceTimestamp = { seconds: -1n, micros: 999_999 };
    const appended = await client.append([
      { type: ["a", "1"], payload: { json: { x: [1, "ü", null] } }, streamKey: "s" },
      { type: ["b"], payload: { binary: { type: "raw", data: Uint8Array.of(0, 255) } } },
      { type: [], payload: { json: null }, sourceTimestamp },
      { type: ["a", "1"], streamKey: "s" },
    ]);
    const stored = (await log.queryTimeseries({ order: "ascending" })).events;
    expect(appended).toEqual({
      events: stored.map(({ id, stream }) => ({ id, version: stream?.version })),
      timestamp: stored[0]!.timestamp,
      replayed: false,
    });

    const all = async (events: AsyncIterable<Event>) => {
      const texts: string[] = [];
      for await (const event of events) texts.push(plain(event));
      return texts;
    };
    const texts = stored.map(plain);
    const { server: number } = log;
    const ascending = { order: "ascending", limit: 2 } as const;
    expect(await all(client.queryTimeseries(ascending))).toEqual(texts);
    expect(await all(client.queryTimeseries())).toEqual(texts.toReversed());
    const after = stored[1]!.id;
    expect(await all(client.queryTimeseries({ ...ascending, after }))).toEqual(texts.slice(2));
    const bySource = { orderBy: "sourceTimestamp", sourceTo: sourceTimestamp } as const;
    expect(await all(client.queryTimeseries(bySource))).toEqual([texts[2]]);
    expect(await all(client.queryLatest({ types: [["?"], ["a", "*"]], limit: 1 }))).toEqual(
      [stored[3], stored[1]].map((event) => plain(event!)),
    );
    expect(await all(client.queryServer({ server: number, limit: 1 }))).toEqual(texts);
    expect(await all(client.queryServer({ server: number, after }))).toEqual(texts.slice(2));
    const stream = { streamKey: "s", limit: 1 };
    expect(await all(client.readStream(stream))).toEqual([texts[0], texts[3]]);
    expect(await all(client.readStream({ ...stream, order: "descending", after: 2 }))).toEqual([
      texts[0],
    ]);
    for await (const page of client.readStream({ ...stream, after: 1 }).pages()) {
      expect(page).toMatchObject({
        version: 2,
        next: undefined,
        events: [{ stream: { key: "s" } }],
      });
    }
    expect(await client.getStatus()).toEqual({ ...(await log.status()), pending: 0 });
  });

  test("an append with a key is repeated without harm", async () => {
    await using server = await EventServer.start();
    const client = server.client(wire);
    const append = () => client.append([{ type: ["a"] }], { key: "k", durability: "relaxed" });
    const first = await append();
    expect(await append()).toEqual({ ...first, replayed: true });
    expect(await client.append([])).toEqual({ events: [], timestamp: undefined, replayed: false });
  });

  test("what is refused has its code and names its field", async () => {
    await using server = await EventServer.start();
    const client = server.client(wire);
    const conflict = await rejection(
      client.append([{ type: [], streamKey: "s" }], {
        expect: [
          { streamKey: "t", version: "none" },
          { streamKey: "s", version: 7 },
        ],
      }),
    );
    expect(sluiceError(conflict)).toMatchObject({
      code: "version_conflict",
      violations: [{ field: "expect[1]" }],
    });
    const cursor = await rejection(client.queryLatest({ cursor: "x" }).pages().next());
    expect(sluiceError(cursor)?.code).toBe("query_invalid");
  });

  test("a call ends with its signal", async () => {
    await using server = await EventServer.start();
    const client = server.client(wire);
    const signal = AbortSignal.abort();
    for (const call of [
      client.append([], { signal }),
      client.getStatus({ signal }),
      client.queryLatest({}, { signal }).pages().next(),
      client.queryLatest({}, { signal })[Symbol.asyncIterator]().next(),
    ]) {
      expect(ConnectError.from(await rejection(call)).code).toBe(Code.Canceled);
    }
  });
});

test.each([
  ["expect[0].version", { expect: [{ streamKey: "s", version: -1 }] }],
  ["expect[0].version", { expect: [{ streamKey: "s", version: 0.5 }] }],
])("%s that no message can hold is refused before it is sent", async (field, options) => {
  await using server = await EventServer.start();
  const error = await rejection(server.client("memory").append([], options));
  expect(sluiceError(error)).toMatchObject({
    code: "argument_invalid",
    status: Code.InvalidArgument,
    violations: [{ field }],
  });
});

test.each(["memory", "connect-json-h1", "grpc-binary-h2"] as const)(
  "times that no message can hold are refused alike, before they are sent: over %s",
  async (protocol) => {
    await using server = await EventServer.start();
    const client = server.client(protocol);
    for (const time of [
      { seconds: 2n ** 40n, micros: 0 },
      { seconds: -(2n ** 40n), micros: 0 },
      { seconds: 0n, micros: 1_000_000 },
      { seconds: 0n, micros: -1 },
      { seconds: 0n, micros: 0.5 },
    ]) {
      for (const [field, ask] of [
        ["from", () => client.queryTimeseries({ from: time })],
        ["to", () => client.queryTimeseries({ to: time })],
        ["sourceFrom", () => client.queryTimeseries({ sourceFrom: time })],
        ["sourceTo", () => client.queryTimeseries({ sourceTo: time })],
        [
          "events[1].sourceTimestamp",
          () => client.append([{ type: [] }, { type: [], sourceTimestamp: time }]),
        ],
      ] as const) {
        const refused = await rejection((async () => await ask())());
        expect(sluiceError(refused)).toMatchObject({
          code: "argument_invalid",
          violations: [{ field: expect.stringContaining(field) }],
        });
      }
    }
    const earliest = { seconds: -62_135_596_800n, micros: 0 };
    const latest = { seconds: 253_402_300_799n, micros: 999_999 };
    await client.append([{ type: [], sourceTimestamp: earliest }]);
    await client.append([{ type: [], sourceTimestamp: latest }]);
    const query = { sourceFrom: earliest, sourceTo: latest };
    const found: unknown[] = [];
    for await (const { sourceTimestamp } of client.queryTimeseries(query))
      found.push(sourceTimestamp);
    expect(found).toEqual([latest, earliest]);
  },
);

test("queries that no message can hold are refused before they are sent", async () => {
  await using server = await EventServer.start();
  const client = server.client("memory");
  const after = { server: 2 ** 32, session: 1, instance: 1 };
  for (const [field, ask] of [
    ["limit", () => client.queryLatest({ limit: 0 })],
    ["after.server", () => client.queryTimeseries({ after })],
    ["server", () => client.queryServer({ server: -1 })],
    ["after", () => client.readStream({ streamKey: "s", after: -1 })],
    ["heartbeatMs", () => client.subscribe({ heartbeatMs: 0 })],
    ["queueSize", () => client.subscribe({ queueSize: 1.5 })],
    ["from.version", () => client.subscribe({ streamKey: "s", from: { version: -1 } })],
    ["backoff.minMs", () => client.subscribe({ backoff: { minMs: 0 } })],
    ["backoff.maxMs", () => client.subscribe({ backoff: { minMs: 2, maxMs: 1 } })],
  ] as const) {
    let thrown: unknown;
    try {
      ask();
    } catch (error) {
      thrown = error;
    }
    expect(sluiceError(thrown)).toMatchObject({
      code: "argument_invalid",
      violations: [{ field }],
    });
  }
});
