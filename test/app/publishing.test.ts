import { describe, expect, test } from "vitest";
import { action } from "../../src/decorators/action.js";
import { service } from "../../src/decorators/service.js";
import { stream } from "../../src/decorators/stream.js";
import { createTestRig } from "../../src/testing/test-rig.js";

@service()
class Meter {
  last = 0;

  @stream({
    payload: "int32",
    heartbeat: {
      everyMs: 5,
      payload(this: Meter) {
        return this.last;
      },
    },
    replay: false,
  })
  async reading(value: number) {
    this.last = value;
    return value;
  }

  @action({ response: "int32" })
  latest() {
    return this.last;
  }

  helper() {}
}

describe("a value that cannot be published", () => {
  test("is told to the app and to who awaits it, and ends no program that does not", async () => {
    const told: unknown[] = [];
    const meter = new Meter();
    await using rig = await createTestRig({
      services: [meter],
      options: { onError: (error, context) => told.push([error, context]) },
    });
    // Nobody awaits this one: were its rejection unhandled, the test runner would fail the run.
    void meter.reading(0.5);
    await expect(meter.reading(1.5)).rejects.toMatchObject({ code: "message_invalid" });
    const where = { service: "test.v1.MeterService", method: "Reading" };
    expect(told).toMatchObject([
      [{ code: "message_invalid" }, where],
      [{ code: "message_invalid" }, where],
    ]);
    expect(rig.app.streamStats()["Meter.reading"]).toMatchObject({ published: 0 });
  });
});

test("a heartbeat is made by the service itself", async () => {
  const meter = new Meter();
  meter.last = 7;
  await using rig = await createTestRig({ services: [meter] });
  for await (const value of rig.client(Meter).subscribe("reading")) {
    expect(value).toBe(7);
    break;
  }
});

describe("a client asked for what is no RPC", () => {
  test("says what to write instead", async () => {
    await using rig = await createTestRig({ services: [new Meter()] });
    const client = rig.client(Meter);
    expect(await client.latest()).toBe(0);
    const unknown = { code: "client_method_unknown" };
    expect(() => client.helper).toThrow(
      expect.objectContaining({ ...unknown, message: expect.stringContaining("@action({ … })") }),
    );
    expect(() => client.reading).toThrow(
      expect.objectContaining({
        ...unknown,
        message: expect.stringContaining('client.subscribe("reading", request)'),
      }),
    );
    expect(() => client.subscribe("latest" as never)).toThrow(expect.objectContaining(unknown));
  });
});
