import { randomInt } from "node:crypto";
import { type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { expect, test } from "vitest";
import { App } from "../../src/app/app.js";
import { events } from "../../src/events/events-plugin.js";
import { EventService, StartPoint } from "../../src/gen/sluice/events/v1/events_pb.js";
import { formatEventId } from "../../src/log/model/event-id.js";
import { matchesQueryType } from "../../src/log/model/query-type.js";
import { memory } from "../../src/log/storage/memory.js";
import { createTestRig } from "../../src/testing/test-rig.js";
import { Random } from "../soak/random.js";
import { gate } from "../support/signals.js";

const count = 1_000;
const perConnection = 100;
const seed = Number(process.env.FC_SEED ?? randomInt(2 ** 31));
const end = ["end"];

/** Each subscriber asks for something else, and every kind of pattern is there. */
function patternOf(subscriber: number): string[] {
  const own = `${subscriber}`;
  return [
    ["a", own],
    ["a", own, "*"],
    ["?", own],
    ["b", "?", own],
  ][subscriber % 4]!;
}

/** A type that a subscriber asks for, or one that nobody may ask for. */
function someType(random: Random): string[] {
  if (random.chance(10)) return ["c", `${random.below(count)}`, "x"];
  const pattern = patternOf(random.below(count));
  const rest = random.chance(50) ? [] : [`${random.below(count)}`];
  return pattern.flatMap((segment) => {
    if (segment === "*") return rest;
    return segment === "?" ? random.pick(["a", "b", "7"]) : segment;
  });
}

test(`${count} subscribers get exactly what each has asked for (FC_SEED=${seed})`, async () => {
  const random = new Random(seed);
  const store = events({ storage: memory(), announce: false });
  const app = new App({ name: "test", package: "test.v1" }).use(store);
  await using rig = await createTestRig({ app, protocol: "connect-binary-h2" });
  const baseUrl = rig.url!;
  const clients = Array.from({ length: count / perConnection }, () => {
    return createClient(EventService, createConnectTransport({ baseUrl, httpVersion: "2" }));
  });
  const got: string[][] = [];
  /** Ends when the subscriber has got the end. */
  async function subscribe(subscriber: number, start: StartPoint, caughtUp: () => void) {
    const mine: string[] = [];
    got[subscriber] = mine;
    const client = clients[subscriber % clients.length] as Client<typeof EventService>;
    const queryTypes = [{ segments: patternOf(subscriber) }, { segments: end }];
    const begin = { case: "start" as const, value: start };
    for await (const { item } of client.subscribe({ types: { queryTypes }, begin })) {
      if (item.case === "caughtUp") caughtUp();
      if (item.case !== "batch") continue;
      for (const { id, type } of item.value.events) {
        if (type.join() === end.join()) return;
        mine.push(formatEventId({ ...id!, session: Number(id!.session) }));
      }
    }
  }
  async function append(appends: number): Promise<void> {
    for (let i = 0; i < appends; i++) {
      const some = Array.from({ length: 1 + random.below(20) }, () => ({ type: someType(random) }));
      await Promise.all([store.log.append(some), store.log.append([{ type: someType(random) }])]);
    }
  }

  // Half of them from now on, the others later, from the beginning.
  const [live, late] = [gate(), gate()];
  let waiting = count / 2;
  const isLive = () => {
    if (--waiting === 0) live.open();
  };
  const ended = Array.from({ length: count / 2 }, (_, i) => subscribe(i, StartPoint.NOW, isLive));
  await Promise.race([live.opened, ...ended]);
  await append(40);
  waiting = count / 2;
  const isLate = () => {
    if (--waiting === 0) late.open();
  };
  for (let i = count / 2; i < count; i++) ended.push(subscribe(i, StartPoint.BEGINNING, isLate));
  await append(20);
  await Promise.race([late.opened, ...ended]);
  await append(20);
  await store.log.append([{ type: end }]);
  await Promise.all(ended);

  const { events: stored } = await store.log.queryTimeseries({ order: "ascending" });
  const expected = got.map((_, subscriber) =>
    stored
      .filter(({ type }) => matchesQueryType(type, patternOf(subscriber)))
      .map(({ id }) => formatEventId(id)),
  );
  expect(expected.filter((ids) => ids.length > 0).length).toBeGreaterThan(count / 2);
  expect(got).toEqual(expected);
}, 60_000);
