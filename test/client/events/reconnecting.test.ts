import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test, vi } from "vitest";
import { EventClient } from "../../../src/client/events/event-client.js";
import type { SubscribeOptions } from "../../../src/client/events/subscribe-options.js";
import { sluiceError } from "../../../src/client/sluice-error.js";
import { ErrorDetailSchema } from "../../../src/gen/sluice/errors/v1/errors_pb.js";
import { ManualClock } from "../../../src/testing/manual-clock.js";
import { Watcher } from "./rig.js";
import { batch, type Call, caughtUp, heartbeat, ScriptedServer } from "./scripted.js";

const lost = new ConnectError("gone", Code.Unavailable);

function coded(code: string, status: Code): ConnectError {
  const value = create(ErrorDetailSchema, { code });
  return new ConnectError(code, status, undefined, [{ desc: ErrorDetailSchema, value }]);
}

const unknown = coded("event_unknown", Code.NotFound);

/** Follows a script; every pause is as long as it may be. */
function follow(calls: readonly Call[], options: SubscribeOptions = {}, random = 1) {
  const server = new ScriptedServer(calls);
  const clock = new ManualClock();
  const client = new EventClient(server.transport, { clock, random: () => random });
  const leave = new AbortController();
  const watcher = new Watcher(client.subscribe({ signal: leave.signal, ...options }));
  const end = async () => {
    leave.abort(new Error("left"));
    expect(await watcher.over).toMatchObject({ message: "left" });
    expect([clock.pending, server.open]).toEqual([0, 0]);
  };
  return {
    server,
    clock,
    watcher,
    end,
    silent: (count = 1) => server.journal.until("silence", count),
  };
}

test("waits twice as long before each attempt, up to a limit", async () => {
  const { clock, watcher, end } = follow([{ ends: lost }]);
  const delays: number[] = [];
  for (let attempt = 1; attempt <= 9; attempt++) {
    await watcher.until(({ items }) => items.length === attempt && clock.pending === 1);
    const item = watcher.items.at(-1);
    if (item?.kind !== "reconnecting") throw new Error(`${item?.kind}`);
    expect(item).toMatchObject({ attempt, error: { code: Code.Unavailable } });
    delays.push(item.delayMs);
    clock.advance(item.delayMs - 1);
    expect(clock.pending).toBe(1);
    clock.advance(1);
  }
  expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  await end();
});

test.each([
  [0, 0],
  [0.5, 4],
  [1, 8],
])("waits any part of that: by the random number %d, %d ms", async (random, delayMs) => {
  const backoff = { minMs: 8, maxMs: 8 };
  const { watcher, end } = follow([{ ends: lost }], { backoff }, random);
  await watcher.until(({ items }) => items.length > 0);
  expect(watcher.items[0]).toMatchObject({ delayMs });
  await end();
});

test("a connection that has carried events or a heartbeat is sound: attempts count anew", async () => {
  const { clock, watcher, end } = follow([
    { ends: lost },
    { gives: [caughtUp(1n)], ends: lost },
    { gives: [caughtUp(1n), batch(2n)], ends: "end" },
    { ends: lost },
    { gives: [heartbeat(2n)], ends: lost },
    { ends: "silence" },
  ]);
  for (let count = 1; count <= 5; count++) {
    await watcher.until((it) => it.count("reconnecting") === count && clock.pending === 1);
    clock.advance(15_000);
  }
  const attempts = watcher.items.flatMap((item) =>
    item.kind === "reconnecting" ? item.attempt : [],
  );
  expect(attempts).toEqual([1, 2, 1, 2, 1]);
  await end();
});

test("says what happens to the connection, and goes on behind what it has had", async () => {
  const { server, clock, watcher, end, silent } = follow(
    [
      { gives: [batch(1n), batch(2n, 3), caughtUp(2n)], ends: lost },
      // What a server repeats is not told again.
      {
        gives: [batch(2n, 3), batch(1n), batch(2n, 4), batch(3n, 1, 7n), caughtUp(9n)],
        ends: lost,
      },
      { gives: [heartbeat(12n)], ends: lost },
      { ends: "silence" },
    ],
    { from: "start" },
  );
  for (let count = 1; count <= 3; count++) {
    await watcher.until((it) => it.count("reconnecting") === count && clock.pending === 1);
    clock.advance(15_000);
  }
  await silent();
  expect(watcher.kinds).toEqual(
    "events caughtUp reconnecting resumed events caughtUp reconnecting resumed reconnecting".split(
      " ",
    ),
  );
  expect(watcher.events.map(({ id }) => [id.session, id.instance])).toEqual([
    [1, 1],
    [2, 1],
    [2, 2],
    [2, 3],
    [2, 4],
    [3, 1],
  ]);
  expect(
    watcher.items.flatMap((item) => (item.kind === "events" ? (item.skipped ?? 0) : [])),
  ).toEqual([0, 0, 0, 7]);
  expect(server.requests.map(({ begin }) => begin.case)).toEqual([
    "start",
    "after",
    "after",
    "after",
  ]);
  expect(server.requests.slice(1).map(({ begin }) => begin.value)).toMatchObject([
    { session: 2n },
    { session: 9n },
    { session: 12n },
  ]);
  await end();
});

test("of a stream it goes on behind a version", async () => {
  const { server, watcher, clock, end, silent } = follow(
    [{ gives: [batch(1n), batch(2n)], ends: lost }, { ends: "silence" }],
    { streamKey: "s" },
  );
  await watcher.until((it) => it.count("reconnecting") === 1 && clock.pending === 1);
  clock.advance(250);
  await silent();
  expect(server.requests[1]?.begin).toEqual({ case: "afterVersion", value: 2n });
  await end();
});

test("until the server has said where now is, now is when it does", async () => {
  const { server, watcher, clock, end, silent } = follow([
    { ends: lost },
    { gives: [caughtUp(5n)], ends: lost },
    { ends: "silence" },
  ]);
  for (let count = 1; count <= 2; count++) {
    await watcher.until((it) => it.count("reconnecting") === count && clock.pending === 1);
    clock.advance(500);
  }
  await silent();
  expect(server.requests.map(({ begin }) => begin.case)).toEqual(["start", "start", "after"]);
  await end();
});

test("silence for more than two heartbeats is a loss, unless the loop is busy", async () => {
  const { server, clock, watcher, end, silent } = follow(
    [{ gives: [caughtUp(1n), heartbeat(1n)], ends: "silence" }],
    { heartbeatMs: 100 },
  );
  await silent();
  await vi.waitFor(() => expect(clock.pending).toBe(1));
  clock.advance(249);
  expect(watcher.kinds).toEqual(["caughtUp"]);
  clock.advance(1);
  await watcher.until((it) => it.count("reconnecting") === 1);
  expect(watcher.items[1]).toMatchObject({
    attempt: 1,
    error: { code: Code.Unavailable, rawMessage: "Nothing was heard for 250 ms." },
  });
  await vi.waitFor(() => expect(server.open).toBe(0));
  clock.advance(250);
  await silent(2);
  expect(server.requests.map(({ heartbeatMs }) => heartbeatMs)).toEqual([100, 100]);
  await end();
});

test("nobody listens while the loop is busy, so no silence is heard", async () => {
  const server = new ScriptedServer([{ gives: [batch(1n), batch(2n)], ends: "silence" }]);
  const clock = new ManualClock();
  const items = new EventClient(server.transport, { clock }).subscribe({ from: "start" });
  await items.next();
  expect(clock.pending).toBe(0);
  clock.advance(1_000_000);
  expect((await items.next()).value).toMatchObject({ kind: "events" });
  await items.return?.();
});

test("an event that the server does not know ends it", async () => {
  const from = { server: 1, session: 7, instance: 1 };
  const { watcher, server, clock } = follow([{ ends: unknown }], { from });
  expect(sluiceError(await watcher.over)?.code).toBe("event_unknown");
  expect([watcher.items.length, server.requests.length, clock.pending]).toEqual([0, 1, 0]);
});

test.each(["start", "now"] as const)(
  'unless it is to go on from "%s", and says so: whatever it has had may come again',
  async (onUnknown) => {
    const { watcher, server, clock, end, silent } = follow(
      [
        { gives: [batch(7n), batch(8n)], ends: lost },
        { ends: unknown },
        { gives: [batch(1n), batch(7n)], ends: "silence" },
      ],
      { from: "start", onUnknown },
    );
    await watcher.until((it) => it.count("reconnecting") === 1 && clock.pending === 1);
    clock.advance(250);
    await silent();
    await watcher.until(({ events }) => events.length === 4);
    expect(watcher.kinds).toEqual(["events", "reconnecting", "restarted", "events"]);
    expect(watcher.items[3]).toMatchObject({ from: onUnknown, reason: { code: Code.NotFound } });
    expect(watcher.events.map(({ id }) => id.session)).toEqual([7, 8, 1, 7]);
    expect(server.requests[2]?.begin).toMatchObject({
      case: "start",
      value: onUnknown === "now" ? 1 : 2,
    });
    await end();
  },
);

test("a server that knows no event at all is not asked for ever", async () => {
  const { watcher, server } = follow([{ ends: unknown }], { from: "now", onUnknown: "now" });
  expect(sluiceError(await watcher.over)?.code).toBe("event_unknown");
  expect(server.requests).toHaveLength(1);
});

test.each([
  Code.NotFound,
  Code.AlreadyExists,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.OutOfRange,
  Code.Unimplemented,
  Code.Unauthenticated,
])("what cannot get better is thrown: code %d", async (code) => {
  const { watcher, clock } = follow([{ gives: [batch(1n)], ends: new ConnectError("no", code) }]);
  expect(await watcher.over).toMatchObject({ code, rawMessage: "no" });
  expect([watcher.kinds, clock.pending]).toEqual([["events"], 0]);
});

test("a request that the server refuses is thrown, a response that was cut off is not", async () => {
  const refused = follow([{ ends: coded("query_invalid", Code.InvalidArgument) }]);
  expect(sluiceError(await refused.watcher.over)?.code).toBe("query_invalid");
  const cut = new ConnectError("missing EndStreamResponse", Code.InvalidArgument);
  const { watcher, end } = follow([{ ends: cut }]);
  await watcher.until((it) => it.count("reconnecting") === 1);
  await end();
});

test.each([
  Code.Canceled,
  Code.Unknown,
  Code.DeadlineExceeded,
  Code.ResourceExhausted,
  Code.Aborted,
  Code.Internal,
  Code.Unavailable,
  Code.DataLoss,
])("what may get better is tried again: code %d", async (code) => {
  const { watcher, end } = follow([{ ends: new ConnectError("perhaps", code) }]);
  await watcher.until((it) => it.count("reconnecting") === 1);
  await end();
});

test("an event that is no JSON is thrown: it would be the same again", async () => {
  const broken = batch(1n);
  const { watcher } = follow([
    {
      gives: [
        {
          item: {
            case: "batch",
            value: { events: [{ type: ["a"], payload: { case: "json", value: "{" } }] },
          },
        },
        broken,
      ],
      ends: "end",
    },
  ]);
  expect(await watcher.over).toMatchObject({ code: Code.DataLoss });
});
