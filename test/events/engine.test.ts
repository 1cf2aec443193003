import { setImmediate as turn } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { App } from "../../src/app/app.js";
import { sluiceError } from "../../src/client/sluice-error.js";
import type { Module, ModuleContext } from "../../src/events/engine/module.js";
import { type EventsOptions, events } from "../../src/events/events-plugin.js";
import { EventService } from "../../src/gen/sluice/events/v1/events_pb.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { ManualClock } from "../../src/testing/manual-clock.js";
import { createTestRig } from "../../src/testing/test-rig.js";

async function start(options: Partial<EventsOptions>) {
  const plugin = events({ storage: new MemoryStorage(), announce: false, ...options });
  await plugin.start();
  return Object.assign(plugin, { [Symbol.asyncDispose]: () => plugin.stop() });
}

const all = [["*"]];
const types = async (plugin: Awaited<ReturnType<typeof start>>) =>
  (await plugin.log.queryTimeseries({ order: "ascending" })).events.map(({ type }) =>
    type.join("/"),
  );

test("a module that throws fails that append, and nothing else", async () => {
  const ends: unknown[] = [];
  const poison: Module = {
    types: all,
    onSessionStop: (session, { stored }) => {
      ends.push([session, stored]);
    },
    process(_, { type }) {
      if (type[0] === "bad") throw new Error("of the module's own");
      return undefined;
    },
  };
  const copying: Module = {
    types: [["a"], ["bad"]],
    process: (_, { type }) => [{ type: [...type, "copy"] }],
  };
  await using plugin = await start({ modules: [() => copying, () => poison] });
  const answers = await Promise.allSettled(
    ["a", "bad", "a"].map((name) => plugin.log.append([{ type: [name] }])),
  );
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(answers[1]).toMatchObject({
    reason: { code: "module_failed", cause: { message: "of the module's own" } },
  });
  expect(await types(plugin)).toEqual(["a", "a/copy", "a", "a/copy"]);
  expect(ends).toEqual([
    [1, true],
    [2, false],
    [3, true],
  ]);
});

test("a module that never resolves fails its append in time, and the next ones go on", async () => {
  const clock = new ManualClock();
  const stuck: Module = {
    types: [["stuck"]],
    process: () => new Promise(() => {}),
  };
  await using plugin = await start({ modules: [() => stuck], clock, moduleTimeoutMs: 5_000 });
  const before = plugin.log.append([{ type: ["before"] }]);
  const waiting = plugin.log.append([{ type: ["stuck"] }]);
  const behind = plugin.log.append([{ type: ["behind"] }]);
  waiting.catch(() => {});
  // What came before it is stored meanwhile.
  await before;
  expect(await types(plugin)).toEqual(["before"]);
  while (clock.pending === 0) await turn();
  clock.advance(4_999);
  await turn();
  expect(await types(plugin)).toEqual(["before"]);
  clock.advance(1);
  await expect(waiting).rejects.toMatchObject({ code: "module_timeout" });
  await behind;
  expect(await types(plugin)).toEqual(["before", "behind"]);
  expect(clock.pending).toBe(0);
});

test("modules that answer each other for ever fail that append", async () => {
  let runs = 0;
  const echo: Module = {
    types: [["echo"]],
    process: () => {
      runs++;
      return [{ type: ["echo"] }];
    },
  };
  await using plugin = await start({ modules: [() => echo], maxRounds: 10 });
  await expect(plugin.log.append([{ type: ["echo"] }])).rejects.toMatchObject({
    code: "module_recursion",
  });
  expect(runs).toBe(10);
  await plugin.log.append([{ type: ["other"] }]);
  expect(await types(plugin)).toEqual(["other"]);
});

test("what a module adds is held to the same rules", async () => {
  const bad: Module = { types: [["a"]], process: () => [{ type: ["*"] }] };
  const unmet: Module = { types: [["b"]], process: () => [{ type: ["c"] }] };
  await using plugin = await start({
    modules: [() => bad, () => unmet],
    conditions: [{ types: [["c"]], condition: { type: "json" } }],
  });
  await expect(plugin.log.append([{ type: ["a"] }])).rejects.toMatchObject({
    code: "event_invalid",
  });
  await expect(plugin.log.append([{ type: ["b"] }])).rejects.toMatchObject({
    code: "event_refused",
  });
  expect(await types(plugin)).toEqual([]);
});

test("a module appends sessions of its own, and reads", async () => {
  let context!: ModuleContext;
  const seen: string[] = [];
  const observer: Module = {
    types: all,
    process(source, { type }) {
      seen.push(`${source.type} ${source.id} ${type.join("/")}`);
      return undefined;
    },
  };
  const make = (of: ModuleContext) => {
    context = of;
    return observer;
  };
  await using plugin = await start({
    modules: [() => ({ types: [], process: () => undefined }), make],
  });
  const { events: stored } = await context.append([{ type: ["own"] }]);
  await plugin.log.append([{ type: ["others"] }], { source: { type: "client", id: 7 } });
  expect(seen).toEqual(["module 1 own", "client 7 others"]);
  expect((await context.log.queryTimeseries({ types: [["own"]] })).events).toMatchObject(
    stored.map(({ id }) => ({ id })),
  );
});

test("versions of streams that a failed session would have made are given again", async () => {
  let fails = true;
  const module: Module = {
    types: [["a"]],
    process() {
      if (fails) throw new Error("not now");
      return [{ type: ["b"], streamKey: "s" }];
    },
  };
  await using plugin = await start({ modules: [() => module] });
  const append = () => plugin.log.append([{ type: ["a"], streamKey: "s" }]);
  await expect(append()).rejects.toMatchObject({ code: "module_failed" });
  fails = false;
  await append();
  const { events: stored } = await plugin.log.readStream({ streamKey: "s" });
  expect(stored.map(({ stream, type, id }) => [stream?.version, type[0], id.session])).toEqual([
    [1, "a", 2],
    [2, "b", 2],
  ]);
});

test("the engine says when it starts and stops, and which clients come and go", async () => {
  const storage = new MemoryStorage();
  const app = new App({ name: "test", package: "test.v1" }).use(events({ storage, server: 3 }));
  {
    await using rig = await createTestRig({ app, protocol: "connect-binary-h2" });
    const client = rig.client(EventService);
    const leave = new AbortController();
    const options = { signal: leave.signal };
    const followed = client.subscribe({ clientName: "panel" }, options);
    for await (const { item } of followed) {
      if (item.case === "caughtUp") break;
    }
    leave.abort();
    const isGone = async () => (await client.getStatus({})).lastEventId?.session === 3n;
    while (!(await isGone())) await turn();
    await expect(
      client.subscribe({ clientName: "a/b" })[Symbol.asyncIterator]().next(),
    ).rejects.toThrow("clientName");
  }
  const log = events({ storage, announce: false });
  await log.start();
  const { events: stored } = await log.log.queryTimeseries({ order: "ascending" });
  expect(stored.map(({ type, payload }) => [type.join("/"), payload])).toEqual([
    ["event/3/engine", { json: "STARTED" }],
    ["event/3/client/panel", { json: "CONNECTED" }],
    ["event/3/client/panel", { json: "DISCONNECTED" }],
    ["event/3/engine", { json: "STOPPED" }],
  ]);
  await log.stop();
});

test.each(["connect-json-h1", "grpc-binary-h2"] as const)(
  "a module that throws, or never resolves, fails the appends it is in, and no others: over %s",
  async (protocol) => {
    const clock = new ManualClock();
    const module: Module = {
      types: [["bad"], ["stuck"]],
      process(_, { type }) {
        if (type[0] === "bad") throw new Error("of the module's own");
        return new Promise(() => {});
      },
    };
    const reported: unknown[] = [];
    const store = events({
      storage: new MemoryStorage(),
      announce: false,
      modules: [() => module],
      clock,
    });
    const onError = (error: unknown) => reported.push(error);
    const app = new App({ name: "test", package: "test.v1", onError }).use(store);
    await using rig = await createTestRig({ app, protocol });
    const client = rig.client(EventService);
    const names = ["good", "bad", "stuck", "bad", "good", "stuck", "good"];
    const appends = names.map(async (name) => {
      try {
        await client.append({ events: [{ type: [name] }] });
        return "stored";
      } catch (error) {
        const { code, rawMessage } = ConnectError.from(error);
        expect(rawMessage).not.toContain("of the module's own");
        return `${sluiceError(error)?.code} ${Code[code]}`;
      }
    });
    let isOver = false;
    const answers = Promise.all(appends).finally(() => {
      isOver = true;
    });
    // Reads do not wait for modules.
    while (clock.pending === 0) await turn();
    await client.queryTimeseries({});
    while (!isOver) {
      clock.advance(10_000);
      await turn();
    }
    expect(await answers).toEqual([
      "stored",
      "module_failed Internal",
      "module_timeout Aborted",
      "module_failed Internal",
      "stored",
      "module_timeout Aborted",
      "stored",
    ]);
    const { events: stored } = await client.queryTimeseries({});
    expect(stored.map(({ type }) => type)).toEqual([["good"], ["good"], ["good"]]);
    expect(reported).toEqual([
      expect.objectContaining({ code: "module_failed", cause: new Error("of the module's own") }),
      expect.objectContaining({ code: "module_failed", cause: new Error("of the module's own") }),
    ]);
  },
);
