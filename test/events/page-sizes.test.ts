import { expect, test } from "vitest";
import { App } from "../../src/app/app.js";
import { EventClient } from "../../src/client/events/event-client.js";
import { events } from "../../src/events/events-plugin.js";
import type { NewEvent } from "../../src/log/model/event.js";
import { MemoryStorage } from "../../src/log/storage/memory-storage.js";
import { createTestRig } from "../../src/testing/test-rig.js";

const mib = 2 ** 20;

/** Events that take as much as they may: as bytes, as text that is escaped twice, as many names. */
const large: readonly (readonly [string, number, () => NewEvent])[] = [
  [
    "bytes",
    4,
    () => ({ type: ["a"], payload: { binary: { type: "b", data: Buffer.alloc(mib, 255) } } }),
  ],
  ["text", 3, () => ({ type: ["a"], payload: { json: '"'.repeat(mib / 2 - 1) } })],
  [
    "names",
    3_200,
    () => ({ type: ['"'.repeat(500), "b".repeat(500)], streamKey: "k".repeat(500) }),
  ],
];

test.each(
  (["connect-json-h2", "grpc-binary-h2"] as const).flatMap((protocol) =>
    large.map((row) => [protocol, ...row] as const),
  ),
)("over %s, pages of large %s fit into messages", async (protocol, _, count, event) => {
  const store = events({ storage: new MemoryStorage(), announce: false });
  const app = new App({ name: "test", package: "test.v1" }).use(store);
  await using rig = await createTestRig({ app, protocol });
  for (let left = count; left > 0; left -= 1_000) {
    const session = Array.from({ length: Math.min(left, 1_000) }, event);
    await store.log.append(session.map((each) => ({ streamKey: "s", ...each })));
  }
  const client = new EventClient(rig.transport);
  const streamKey = event().streamKey ?? "s";
  for (const answer of [
    client.queryTimeseries(),
    client.queryServer({ server: 1 }),
    client.readStream({ streamKey }),
  ]) {
    let found = 0;
    for await (const page of answer.pages()) {
      // Each of them gets on.
      expect(page.events.length).toBeGreaterThan(0);
      found += page.events.length;
    }
    expect(found).toBe(count);
  }
});
