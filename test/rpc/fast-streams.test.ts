import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { envelope, envelopePrefix } from "../support/frames.js";
import type { RawAnswer } from "../support/raw-http.js";
import { FeedHost, type Hosting } from "./feed-host.js";
import { bulk, type Compressed, encoded, FeedReader, follow, textIn } from "./feeds.js";
import { probePath, thing } from "./probe.js";
import { outcomeOf, requestHeaders, wires } from "./wire.js";

/** gRPC needs HTTP/2's trailers. */
const streamWires = wires.filter(({ protocol, http }) => protocol !== "grpc" || http === "h2");

const named = streamWires.map((wire) => ({
  ...wire,
  name: `${wire.protocol}-${wire.codec}-${wire.http}`,
}));

const hosts = (["listen", "embedded"] as const).flatMap((hosting) =>
  [true, false].map((fastPath) => ({ hosting, fastPath })),
);

/** Answers over and read to their end. */
async function whole(answer: Promise<{ rest(): Promise<RawAnswer> }>): Promise<RawAnswer> {
  return (await answer).rest();
}

describe.each(hosts)("$hosting, fastPath $fastPath", ({ hosting, fastPath }) => {
  let host: FeedHost;
  beforeAll(async () => {
    host = await FeedHost.start(hosting, { fastPath, compressMinBytes: 1_000 });
  });
  afterAll(async () => {
    expect(host.reported).toEqual([]);
    await host[Symbol.asyncDispose]();
  });

  describe.each(named)("$name", (wire) => {
    test.each<Compressed>(["identity", "gzip", "br"])(
      "%s: replay, then everything, in order",
      async (accept) => {
        const { feeds } = host;
        const key = thing({ text: `${wire.name} ${accept}` });
        for (const text of ["1", "2", "3"]) await feeds.keyed(key, thing({ text }));
        const call = follow(host.client(wire.http), wire, "Keyed", { text: key.text, accept });
        await host.subscribed("keyed", 1);
        const long = "long ".repeat(1_000);
        await Promise.all(["4", long, "6"].map((text) => feeds.keyed(key, thing({ text }))));
        await feeds.keyed(key, thing({ text: "7" }));
        const answer = await call.answer;
        expect(answer.status).toBe(200);
        const reader = new FeedReader(wire, answer, accept);
        expect(await reader.take(6)).toEqual(["2", "3", "4", long, "6", "7"]);
        expect(reader.compressed).toBe(accept === "identity" ? 0 : 1);
        call.leave();
        await host.subscribed("keyed", 0);
      },
    );

    test("a subscriber that is one too many is refused, until there is room", async () => {
      const first = follow(host.client(wire.http), wire, "Single");
      await host.subscribed("single", 1);
      const second = follow(host.client(wire.http), wire, "Single");
      const outcome = outcomeOf(wire, "stream", await whole(second.answer));
      expect([outcome.code, outcome.messages]).toEqual(["resource_exhausted", []]);
      first.leave();
      await host.subscribed("single", 0);
      const third = follow(host.client(wire.http), wire, "Single");
      await host.subscribed("single", 1);
      third.leave();
      await host.subscribed("single", 0);
    });

    const deadline = (ms: number): Record<string, string> =>
      wire.protocol === "connect"
        ? { "connect-timeout-ms": `${ms}` }
        : { "grpc-timeout": `${ms}m` };

    test("a deadline ends a stream after what it was sent", async () => {
      const text = `${wire.name} deadline`;
      await host.feeds.keyed(thing({ text }), thing({ text: "in time" }));
      const call = follow(host.client(wire.http), wire, "Keyed", { text, headers: deadline(150) });
      const outcome = outcomeOf(wire, "stream", await whole(call.answer));
      expect(outcome.code).toBe("deadline_exceeded");
      expect(outcome.messages.map((data) => textIn(wire, data))).toEqual(["in time"]);
      await host.subscribed("keyed", 0);
    });

    test("one who keeps others waiting is evicted, and can read what was sent before", async () => {
      const call = follow(host.client(wire.http), wire, "Evicting");
      await host.subscribed("evicting", 1);
      const { evicted } = host.stats("evicting");
      const sent: string[] = [];
      // Until a publish has waited so long that it was freed by the eviction.
      while (host.stats("evicting").evicted === evicted) {
        sent.push(`${sent.length}`);
        await host.feeds.evicting(bulk(sent.at(-1)!));
      }
      await host.subscribed("evicting", 0);
      const outcome = outcomeOf(wire, "stream", await whole(call.answer));
      expect(outcome.code).toBe("resource_exhausted");
      const got = outcome.messages.map((data) => textIn(wire, data));
      expect(got).toEqual(sent.slice(0, got.length));
      expect(got.length).toBeGreaterThan(0);
      expect(outcome.answer.body.length).toBeGreaterThan(0);
    });

    test("bad keys and bad messages are refused, and counted as nobody", async () => {
      for (const text of ["throw", "number"]) {
        const call = follow(host.client(wire.http), wire, "Keyed", { text });
        const outcome = outcomeOf(wire, "stream", await whole(call.answer));
        expect([outcome.code, outcome.message]).toEqual(["internal", "internal error"]);
      }
      expect(host.reported.splice(0).map(String)).toEqual([
        "Error: no such key",
        expect.stringContaining("is number, not a string"),
      ]);
      const answer = await host.client(wire.http).ask({
        path: probePath("Keyed"),
        headers: requestHeaders(wire, "stream"),
        body: envelope(Buffer.from([0xff])),
      });
      const { code } = outcomeOf(wire, "stream", answer);
      expect(code).toBe(wire.codec === "json" ? "invalid_argument" : "internal");
      expect(host.stats("keyed").subscribers).toBe(0);
    });
  });
});

describe.each(named)("$name", (wire) => {
  test.each<Hosting>(["listen", "embedded"])(
    "%s: the header comes at once, and nothing else",
    async (hosting) => {
      await using host = await FeedHost.start(hosting);
      const call = follow(host.client(wire.http), wire, "Keyed", { text: "quiet" });
      const { status, headers, body } = await call.answer;
      expect([status, headers["content-type"]]).toEqual([
        200,
        requestHeaders(wire, "stream")["content-type"],
      ]);
      expect(body.readableLength).toBe(0);
      await host.subscribed("keyed", 1);
    },
  );

  test.each<Hosting>(["listen", "embedded"])(
    "%s: the app's end ends streams, after all that was published",
    async (hosting) => {
      await using host = await FeedHost.start(hosting);
      const call = follow(host.client(wire.http), wire, "Lossy");
      await host.subscribed("lossy", 1);
      await host.feeds.lossy(thing({ text: "good" }));
      await host.feeds.lossy(thing({ text: "bye" }));
      // Within the same turn.
      const closed = host.app.close({ graceMs: 1_000 });
      const outcome = outcomeOf(wire, "stream", await whole(call.answer));
      expect(outcome.code).toBe("unavailable");
      expect(outcome.messages.map((data) => textIn(wire, data))).toEqual(["good", "bye"]);
      await closed;
      expect(host.reported).toEqual([]);
    },
  );
});

/** What is sent instead of one envelope. */
const bodies: Record<string, (message: string | Uint8Array) => Uint8Array> = {
  nothing: () => Buffer.alloc(0),
  "half a prefix": () => Buffer.from([0, 0, 0]),
  "half a message": (message) => envelope(message).subarray(0, -1),
  "two envelopes": (message) => Buffer.concat([envelope(message), envelope(message)]),
  "an envelope and more": (message) => Buffer.concat([envelope(message), Buffer.from([0])]),
  "a compressed message without an encoding": (message) => envelope(message, 1),
  "a promise of too much": () => envelopePrefix(5_000_000),
};

test.each(named)("$name: requests of other than one envelope are refused alike", async (wire) => {
  await using fast = await FeedHost.start("listen");
  await using slow = await FeedHost.start("listen", { fastPath: false });
  for (const [what, make] of Object.entries(bodies)) {
    const body = Buffer.from(make(encoded(wire, "x")));
    const request = { path: probePath("Keyed"), headers: requestHeaders(wire, "stream"), body };
    const outcomes = [];
    for (const host of [fast, slow]) {
      const answer = await host.client(wire.http).ask(request);
      const { code, message, messages } = outcomeOf(wire, "stream", answer);
      outcomes.push({ what, code, message, messages });
      expect(code, what).not.toBe("ok");
      expect(host.stats("keyed").subscribers, what).toBe(0);
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
  }
});

test.each(named)("$name: a flag that nobody knows does no harm", async (wire) => {
  await using host = await FeedHost.start("listen");
  const call = host.client(wire.http).open({
    path: probePath("Keyed"),
    headers: requestHeaders(wire, "stream"),
  });
  await call.send(envelope(encoded(wire, "x"), 8));
  call.finish();
  await host.subscribed("keyed", 1);
});
