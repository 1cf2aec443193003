import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { App } from "../../../src/app/app.js";
import { sluiceError } from "../../../src/client/sluice-error.js";
import { events } from "../../../src/events/events-plugin.js";
import { EventService, Order, StartPoint } from "../../../src/gen/sluice/events/v1/events_pb.js";
import { EventLog } from "../../../src/log/event-log.js";
import { type LmdbOptions, lmdb } from "../../../src/log/storage/lmdb.js";
import { createTestRig } from "../../../src/testing/test-rig.js";
import { temporaryDirectory } from "../../log/storage/places.js";

const sessions = 10;
const damagedSession = 6;

/** Flips a bit of a payload wherever it stands in a file: LMDB leaves old copies of its pages. */
async function damage(path: string, payload: string): Promise<void> {
  const bytes = await readFile(path);
  let count = 0;
  for (let at = bytes.indexOf(payload); at !== -1; at = bytes.indexOf(payload, at + 1)) {
    bytes[at]! ^= 1;
    count++;
  }
  expect(count).toBeGreaterThan(0);
  await writeFile(path, bytes);
}

const filter = (...segments: string[]) => ({ queryTypes: [{ segments }] });

test.each<[string, LmdbOptions]>([
  ["LMDB", { writeAhead: false }],
  ["a write-ahead log and LMDB", {}],
])(
  "a damaged session in %s is told by its number where it belongs; all else goes on",
  async (_, options) => {
    await using directory = await temporaryDirectory();
    {
      await using log = await EventLog.open({ storage: lmdb(directory.path, options) });
      for (let session = 1; session <= sessions; session++) {
        const type = [session % 2 === 0 ? "even" : "odd", `${session}`];
        const payload = { json: `payload ${session}.` };
        await log.append([{ type, payload, streamKey: type[0] }]);
      }
    }
    await damage(join(directory.path, "data.mdb"), `payload ${damagedSession}.`);

    const storage = lmdb(directory.path, options);
    const reported: unknown[] = [];
    const app = new App({ name: "test", package: "test.v1", onError: (e) => reported.push(e) });
    app.use(events({ storage, announce: false }));
    await using rig = await createTestRig({ app, protocol: "connect-binary-h2" });
    const client = rig.client(EventService);
    const failure = async (call: Promise<unknown>) => {
      const error = await call.then(
        () => undefined,
        (reason: unknown) => ConnectError.from(reason),
      );
      expect(sluiceError(error)?.code).toBe("storage_damaged");
      expect(error?.code).toBe(Code.Internal);
      expect(error?.rawMessage).toMatch(
        /^The record of session 1:6 is damaged: .* Restore a backup/,
      );
    };

    // What does not need it is answered.
    const odd = await client.queryTimeseries({ types: filter("odd", "*") });
    expect(odd.events.map(({ type }) => type[1])).toEqual(["9", "7", "5", "3", "1"]);
    const four = await client.queryTimeseries({ types: filter("even", "4") });
    expect(four.events).toHaveLength(1);
    expect((await client.readStream({ streamKey: "odd" })).events).toHaveLength(5);
    const upTo = { streamKey: "even", pageSize: 2 };
    expect((await client.readStream(upTo)).events).toHaveLength(2);
    expect((await client.queryLatest({ types: filter("odd", "*") })).events).toHaveLength(5);
    const after = { server: 1, session: BigInt(damagedSession + 1), instance: 1 };
    expect((await client.queryServer({ serverId: 1, after })).events).toHaveLength(3);

    // What would have to have it says so, instead of leaving it out.
    await failure(client.queryTimeseries({ types: filter("even", "*") }));
    await failure(client.queryTimeseries({ order: Order.ASCENDING }));
    await failure(client.queryLatest({}));
    await failure(client.queryServer({ serverId: 1 }));
    await failure(client.readStream({ streamKey: "even" }));

    // Subscribers too: they get what is before it, and no more.
    const begin = { case: "start" as const, value: StartPoint.BEGINNING };
    const seen: (string | undefined)[] = [];
    await failure(
      (async () => {
        for await (const { item } of client.subscribe({ begin })) {
          if (item.case === "batch") seen.push(...item.value.events.map(({ type }) => type[1]));
        }
      })(),
    );
    expect(seen).toEqual(["1", "2", "3", "4", "5"].slice(0, seen.length));

    // And what is new is stored, found and followed.
    const leave = new AbortController();
    const follower = client.subscribe({ types: filter("even", "?") }, { signal: leave.signal });
    const got: string[] = [];
    const following = (async () => {
      for await (const { item } of follower) {
        if (item.case === "caughtUp") {
          await client.append({ events: [{ type: ["even", "12"], streamKey: "even" }] });
        }
        if (item.case === "batch") got.push(item.value.events[0]!.type[1]!);
        if (got.length > 0) leave.abort();
      }
    })();
    await expect(following).rejects.toMatchObject({ code: Code.Canceled });
    expect(got).toEqual(["12"]);
    const newest = await client.readStream({
      streamKey: "even",
      order: Order.DESCENDING,
      pageSize: 1,
    });
    expect(newest.events[0]?.stream?.version).toBe(6n);
    expect(reported.length).toBeGreaterThan(0);
  },
);
