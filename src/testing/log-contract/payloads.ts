import { deepEqual, equal } from "node:assert/strict";
import type { NewPayload, Payload } from "../../log/model/event.js";
import { all, contractCase, plain, type Rig, refused } from "./rig.js";

/** What becomes of payloads. */
export const payloadCases = [
  contractCase("tells no payload from null, and from what is empty", (rig) =>
    comesBack(rig, [
      undefined,
      { json: null },
      { json: "" },
      { json: {} },
      { json: [] },
      { json: 0 },
      { json: false },
      { binary: { type: "", data: new Uint8Array(0) } },
      { binary: { type: "json", data: new TextEncoder().encode("null") } },
    ]),
  ),

  contractCase("keeps every byte of binary payloads", (rig) =>
    comesBack(rig, [
      { binary: { type: "all", data: Uint8Array.from({ length: 256 }, (_, i) => i) } },
      { binary: { type: "no UTF-8", data: Uint8Array.of(0xc3, 0x28, 0xff, 0xfe, 0) } },
      { binary: { type: "日本/😀", data: Uint8Array.of(0) } },
      { binary: { type: "large", data: Uint8Array.from({ length: 70_000 }, (_, i) => i * 7) } },
    ]),
  ),

  contractCase("keeps JSON values as they are", (rig) =>
    comesBack(rig, [
      { json: ["a", 1, -1.5, 1e-300, 2 ** 53 - 1, true, false, null, [[]], {}] },
      { json: { b: 1, a: { "": null }, "\u0000": "\u2028 \n \\ / \u007f" } },
      { json: "ä 日本 😀 \ud800 half" },
      { json: "long ".repeat(20_000) },
    ]),
  ),

  contractCase("keeps JSON that comes as text to the letter", async (rig) => {
    // What another writer would have made of it reads differently.
    const text = ' {"z":[-0, 1e400, 1.50, "\\u0041"], "2":0, "1":0, "__proto__":{"x":1}} ';
    const append = (jsonText: string) =>
      rig.log.append([{ type: ["a"], payload: { jsonText } }], { key: "k" });
    await append(text);
    for await (const round of rig.twice()) {
      const [found] = await all(rig.log.queryLatest());
      deepEqual(found?.payload, { json: JSON.parse(text) }, round);
      // The key is for these letters.
      equal((await append(text)).replayed, true);
      await refused(append(text.trim()), "idempotency_key_reused");
      await refused(append(JSON.stringify(JSON.parse(text))), "idempotency_key_reused");
    }
  }),
];

/** Payloads come back as they were given: from memory, from storage, by every way to ask. */
async function comesBack(rig: Rig, payloads: readonly (NewPayload | undefined)[]): Promise<void> {
  const { events } = await rig.log.append(
    payloads.map((payload, i) => ({ type: ["a", `${i}`], payload, streamKey: "s" })),
  );
  const expected = payloads.map((payload, i) => ({
    ...plain({ type: ["a", `${i}`], timestamp: rig.now, id: events[i]!.id }),
    ...(payload && { payload: payload as Payload }),
    stream: { key: "s", version: i + 1 },
  }));
  for await (const round of rig.twice()) {
    const { log } = rig;
    deepEqual(await all(log.queryTimeseries({ order: "ascending" })), expected, round);
    deepEqual(await all(log.queryLatest()), expected, round);
    deepEqual(await all(log.queryServer({ server: 1 })), expected, round);
    deepEqual(await all(log.readStream({ streamKey: "s" })), expected, round);
    const followed = [];
    for await (const item of log.subscribe({ from: "start" })) {
      if ("caughtUp" in item) break;
      followed.push(...item.events.map(plain));
    }
    deepEqual(followed, expected, round);
  }
}
