import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { App } from "../../src/app/app.js";
import { events } from "../../src/events/events-plugin.js";
import { EventService } from "../../src/gen/sluice/events/v1/events_pb.js";
import type { Event } from "../../src/log/model/event.js";
import { createTestRig } from "../../src/testing/test-rig.js";
import { LateStorage } from "../log/late-storage.js";
import { Random } from "../soak/random.js";
import { envelope } from "../support/frames.js";
import type { RawClient } from "../support/raw-http.js";
import { rawHttp1 } from "../support/raw-http1.js";
import { rawHttp2 } from "../support/raw-http2.js";
import { turns } from "../support/signals.js";

/** Clients of each kind; `CRASH_SEED` repeats when they leave. */
const clients = 60;
const seed = Number(process.env.CRASH_SEED ?? randomInt(2 ** 31));

/** How clients leave, and what of. */
interface Kind {
  readonly name: string;
  readonly method: "Append" | "AppendStream";
  readonly client: (url: string) => RawClient;
  /** The connection goes, and not only the call. */
  readonly isAbrupt?: boolean;
}

const kinds: Kind[] = [
  { name: "Append over HTTP/1.1, closed", method: "Append", client: rawHttp1 },
  { name: "Append over HTTP/2, reset", method: "Append", client: rawHttp2 },
  { name: "Append over HTTP/2, closed", method: "Append", client: rawHttp2, isAbrupt: true },
  { name: "AppendStream over HTTP/2, reset", method: "AppendStream", client: rawHttp2 },
  {
    name: "AppendStream over HTTP/2, closed",
    method: "AppendStream",
    client: rawHttp2,
    isAbrupt: true,
  },
];

/** The append of a client that it makes as so many-th. */
function requestText(client: number, number: number): string {
  const some = Array.from({ length: 4 }, (_, i) => ({
    type: ["vanishing", `${client}`],
    json: JSON.stringify({ number, i, text: "x".repeat((client * 7_919) % 3_000) }),
  }));
  return JSON.stringify({ events: some });
}

/** All that a client sends, and after which byte each of its appends is complete. */
function bodyOf(kind: Kind, client: number): { body: Buffer; ends: number[] } {
  if (kind.method === "Append") {
    const body = Buffer.from(requestText(client, 0));
    return { body, ends: [body.length] };
  }
  const ends: number[] = [];
  const parts: Buffer[] = [];
  for (let number = 0; number < 8; number++) {
    parts.push(envelope(requestText(client, number)));
    ends.push((ends.at(-1) ?? 0) + parts.at(-1)!.length);
  }
  return { body: Buffer.concat(parts), ends };
}

/** The appends of a client that are there: each must be whole, and they must be in their order. */
function appendsOf(found: readonly Event[]): number[] {
  const sessions = new Map<number, unknown[]>();
  for (const { id, payload } of found) {
    const { number, i } = (payload as { json: { number: number; i: number } }).json;
    sessions.set(id.session, [...(sessions.get(id.session) ?? []), `${number}.${i}`]);
  }
  return [...sessions.values()].map((parts) => {
    const number = Number.parseInt(String(parts[0]), 10);
    expect(parts).toEqual([0, 1, 2, 3].map((i) => `${number}.${i}`));
    return number;
  });
}

test.each(kinds)(
  `clients that vanish harm nobody, and their sessions are whole or absent: $name (CRASH_SEED=${seed})`,
  async (kind) => {
    const random = new Random(seed);
    const store = events({ storage: new LateStorage(3), announce: false });
    const reported: unknown[] = [];
    const onError = (error: unknown) => reported.push(error);
    const app = new App({ name: "test", package: "test.v1", onError }).use(store);
    await using rig = await createTestRig({ app, protocol: "connect-binary-h2" });
    // Somebody else, who goes on all the time.
    const staying = { isOver: false, sent: 0, answered: 0 };
    async function* requests() {
      while (!staying.isOver) {
        staying.sent++;
        yield { events: [{ type: ["staying"] }] };
        await turns();
      }
    }
    const stays = (async () => {
      for await (const _ of rig.client(EventService).appendStream(requests())) staying.answered++;
    })();
    /** How many appends each of them has sent to the end. */
    const complete: number[] = [];
    let raw = kind.client(rig.url!);
    const isStream = kind.method === "AppendStream";
    for (let client = 0; client < clients; client++) {
      const { body, ends } = bodyOf(kind, client);
      const cut = random.chance(40) ? body.length : random.below(body.length);
      const call = raw.open({
        path: `/sluice.events.v1.EventService/${kind.method}`,
        headers: {
          "content-type": isStream ? "application/connect+json" : "application/json",
          ...(!isStream && !kind.name.includes("HTTP/2") && { "content-length": `${body.length}` }),
        },
      });
      call.send(body.subarray(0, cut)).catch(() => {});
      if (cut === body.length) call.finish();
      await turns(random.below(12));
      if (kind.isAbrupt) {
        await raw[Symbol.asyncDispose]();
        raw = kind.client(rig.url!);
      } else call.leave();
      complete.push(ends.filter((end) => end <= cut).length);
    }
    await raw[Symbol.asyncDispose]();
    staying.isOver = true;
    await stays;
    expect(staying.answered).toBe(staying.sent);
    await rig.client(EventService).append({ events: [{ type: ["after"] }] });

    let stored = 0;
    for (const [client, most] of complete.entries()) {
      const types = [["vanishing", `${client}`]];
      const { events: found } = await store.log.queryTimeseries({ types, order: "ascending" });
      const numbers = appendsOf(found);
      // A prefix of what it had sent: the first is not stored when a later one is not.
      expect(numbers).toEqual(numbers.map((_, at) => at));
      expect(numbers.length).toBeLessThanOrEqual(most);
      stored += numbers.length;
    }
    expect(stored).toBeGreaterThan(0);
    expect(reported).toEqual([]);
    expect((await store.log.status()).pending).toBe(0);
  },
  30_000,
);
