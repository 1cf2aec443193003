import { getEventListeners } from "node:events";
import { describe, expect, test, vi } from "vitest";
import type { SubscriptionItem } from "../../../src/client/events/subscribe-options.js";
import { ManualClock } from "../../../src/testing/manual-clock.js";
import { EventServer, wireNames } from "./rig.js";

/** The server's own events of one client, named "watcher". */
const own = [["event", "?", "client", "watcher"]];

async function states({ log }: EventServer): Promise<unknown[]> {
  const { events } = await log.queryTimeseries({ types: own, order: "ascending" });
  return events.map(({ payload }) => payload);
}

describe.each(["memory", ...wireNames] as const)("over %s", (wire) => {
  async function subscribed() {
    const server = await EventServer.start({ announce: true });
    const clock = new ManualClock();
    const stop = new AbortController();
    const items = server
      .client(wire, { clock })
      .subscribe({ types: [["a"]], clientName: "watcher", signal: stop.signal });
    /** The call is over at the server, and nothing is left of it here. */
    const expectFree = async () => {
      const come = { json: "CONNECTED" };
      await vi.waitFor(
        async () => expect(await states(server)).toEqual([come, { json: "DISCONNECTED" }]),
        { interval: 5 },
      );
      // A connection of HTTP/2 serves other calls, too.
      if (wire.endsWith("h1")) await vi.waitFor(() => expect(server.proxy.open).toBe(0));
      expect(clock.pending).toBe(0);
      expect(getEventListeners(stop.signal, "abort")).toEqual([]);
    };
    return { server, clock, stop, items, expectFree };
  }

  test("a loop that is left leaves nothing", async () => {
    const { server, items, expectFree } = await subscribed();
    await using _ = server;
    for await (const item of items) {
      if (item.kind === "caughtUp") await server.log.append([{ type: ["a"] }]);
      if (item.kind === "events") break;
    }
    await expectFree();
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test("nor one that is aborted while it waits; it throws the reason", async () => {
    const { server, stop, items, expectFree } = await subscribed();
    await using _ = server;
    const reason = new Error("enough");
    const kinds: string[] = [];
    const loop = (async () => {
      for await (const { kind } of items) {
        kinds.push(kind);
        setImmediate(() => stop.abort(reason));
      }
    })();
    await expect(loop).rejects.toBe(reason);
    expect(kinds).toEqual(["caughtUp"]);
    await expectFree();
  });

  test("nor one that is told to return while it waits", async () => {
    const { server, items, expectFree } = await subscribed();
    await using _ = server;
    await items.next();
    const waiting = items.next();
    await items.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await expectFree();
  });
});

test("a subscription that nobody iterates does nothing", async () => {
  await using server = await EventServer.start();
  const stop = new AbortController();
  const clock = new ManualClock();
  const items = server.client("connect-json-h1", { clock }).subscribe({ signal: stop.signal });
  expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  await items.return?.();
  expect([await items.next(), server.proxy.open]).toEqual([{ done: true, value: undefined }, 0]);
});

test("one whose signal has aborted before throws its reason, and calls nobody", async () => {
  await using server = await EventServer.start();
  const signal = AbortSignal.abort(new Error("before"));
  const items = server.client("connect-json-h1").subscribe({ signal });
  await expect(items.next()).rejects.toThrow("before");
  expect(server.proxy.open).toBe(0);
});

test.each(["return", "abort"])("%s ends the pause before an attempt at once", async (how) => {
  const server = await EventServer.start();
  const clock = new ManualClock();
  const stop = new AbortController();
  const client = server.client("connect-json-h1", { clock, random: () => 1 });
  await server[Symbol.asyncDispose]();
  const items = client.subscribe({ signal: stop.signal });
  const first = (await items.next()) as IteratorYieldResult<SubscriptionItem>;
  expect(first.value).toMatchObject({ kind: "reconnecting", attempt: 1, delayMs: 250 });
  const waiting = items.next().catch((error: unknown) => error);
  expect(clock.pending).toBe(1);
  if (how === "return") {
    await items.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  } else {
    stop.abort(new Error("enough"));
    expect(await waiting).toEqual(new Error("enough"));
  }
  expect([clock.pending, getEventListeners(stop.signal, "abort")]).toEqual([0, []]);
});
