import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test, vi } from "vitest";
import { App } from "../../src/app/app.js";
import type { AppOptions } from "../../src/app/app-options.js";
import { type EventsOptions, events } from "../../src/events/events-plugin.js";
import { EventService, StartPoint } from "../../src/gen/sluice/events/v1/events_pb.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { createTestRig, type RigProtocol, rigProtocols } from "../../src/testing/test-rig.js";
import { GatedStorage } from "../log/storage/gated-storage.js";

async function serve(
  protocol: RigProtocol,
  options: Partial<EventsOptions> = {},
  appOptions: Partial<AppOptions> = {},
) {
  const store = events({ storage: new MemoryStorage(), announce: false, ...options });
  const app = new App({ name: "test", package: "test.v1", ...appOptions }).use(store);
  const rig = await createTestRig({ app, protocol });
  return {
    log: store.log,
    client: rig.client(EventService),
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

const begin = { case: "start" as const, value: StartPoint.BEGINNING };

/** What a subscription gives until it ends: numbers of sessions, and how. */
async function given(items: AsyncIterable<{ item: { case?: string; value?: unknown } }>) {
  const seen: unknown[] = [];
  try {
    for await (const { item } of items) {
      if (item.case !== "batch") continue;
      const { events: batch } = item.value as { events: { id: { session: bigint } }[] };
      seen.push(Number(batch[0]!.id.session));
    }
  } catch (error) {
    seen.push(Code[ConnectError.from(error).code]);
  }
  return seen;
}

test.each(["connect-binary-h2", "grpc-binary-h2"] as const)(
  "a subscriber who leaves before its coming is on disk is none any more: over %s",
  async (protocol) => {
    const storage = new GatedStorage();
    const limits = { maxSubscribers: 1 };
    await using served = await serve(protocol, { storage, announce: true, limits });
    const { client, log } = served;
    for (let i = 0; i < 3; i++) {
      const before = log.lastEventId(1).session;
      const { commits } = storage;
      let open = () => {};
      storage.gate = new Promise((resolve) => {
        open = resolve;
      });
      const leave = new AbortController();
      const items = client.subscribe({ clientName: "hasty" }, { signal: leave.signal });
      const over = given(items);
      await vi.waitFor(() => expect(storage.commits).toBeGreaterThan(commits));
      leave.abort();
      expect(await over).toEqual(["Canceled"]);
      // On the same connection, behind the reset.
      await client.getStatus({});
      storage.gate = undefined;
      open();
      await vi.waitFor(() => expect(log.lastEventId(1).session).toBe(before + 2));
    }
    const leave = new AbortController();
    for await (const { item } of client.subscribe({ begin }, { signal: leave.signal })) {
      if (item.case === "caughtUp") leave.abort();
      if (leave.signal.aborted) break;
    }
  },
);

test.each(rigProtocols)(
  "what comes before a session that is too large to be sent is given: over %s",
  async (protocol) => {
    await using served = await serve(protocol, {}, { writeMaxBytes: 2_000 });
    const { client, log } = served;
    await log.append([{ type: ["a"] }]);
    await log.append([{ type: ["a"] }]);
    await log.append([{ type: ["a"], payload: { json: "x".repeat(3_000) } }]);
    await log.append([{ type: ["a"] }]);
    expect(await given(client.subscribe({ begin }))).toEqual([1, 2, "ResourceExhausted"]);
  },
);

test("a heartbeat that cannot be sent ends its subscription, and nothing else", async () => {
  const storage = new GatedStorage();
  await using served = await serve("connect-binary-h2", { storage }, { writeMaxBytes: 1 });
  const { client, log } = served;
  const { events: stored } = await log.append([{ type: ["a"] }, { type: ["a"] }]);
  await log.append([{ type: ["a"] }]);
  let open = () => {};
  storage.readGate = new Promise((resolve) => {
    open = resolve;
  });
  const { server, session, instance } = stored[0]!.id;
  const after = { case: "after" as const, value: { server, session: BigInt(session), instance } };
  // It is looked for for so long that a heartbeat is due.
  const seen = await given(client.subscribe({ begin: after, heartbeatMs: 10 }));
  open();
  expect(seen).toEqual(["ResourceExhausted"]);
});
