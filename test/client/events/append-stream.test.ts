import { describe, expect, test } from "vitest";
import type { EventBatch } from "../../../src/client/events/to-messages.js";
import { sluiceError } from "../../../src/client/sluice-error.js";
import { gate } from "../../support/signals.js";
import { EventServer } from "./rig.js";

const batch = (n: number): EventBatch => ({ events: [{ type: ["a"], payload: { json: n } }] });

describe.each(["memory", "connect-binary-h2", "grpc-binary-h2"] as const)("over %s", (wire) => {
  test("batches are answered in their order", async () => {
    await using server = await EventServer.start();
    const batches = Array.from({ length: 50 }, (_, i) => batch(i));
    const sessions: number[] = [];
    for await (const { events } of server.client(wire).appendStream(batches)) {
      sessions.push(events[0]!.id.session);
    }
    expect(sessions).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  test("the first failure ends it, after the answers before it", async () => {
    await using server = await EventServer.start();
    const answers = server
      .client(wire)
      .appendStream([
        { ...batch(1), key: "k" },
        { ...batch(1), key: "k" },
        { ...batch(2), expect: [{ streamKey: "s", version: "exists" }] },
        batch(3),
      ]);
    expect((await answers.next()).value).toMatchObject({ replayed: false });
    expect((await answers.next()).value).toMatchObject({ replayed: true });
    const failure = await answers.next().catch((error: unknown) => error);
    expect(sluiceError(failure)?.code).toBe("version_conflict");
  });

  test("what the batches throw is thrown as it is", async () => {
    await using server = await EventServer.start();
    const reason = new Error("no more");
    async function* batches() {
      yield batch(1);
      throw reason;
    }
    const loop = (async () => {
      for await (const _ of server.client(wire).appendStream(batches()));
    })();
    await expect(loop).rejects.toBe(reason);
  });

  test("leaving the loop ends the call, and lets go of the batches", async () => {
    await using server = await EventServer.start();
    const closed = gate();
    async function* batches() {
      try {
        for (let n = 0; ; n++) yield batch(n);
      } finally {
        closed.open();
      }
    }
    for await (const _ of server.client(wire).appendStream(batches())) break;
    await closed.opened;
  });
});
