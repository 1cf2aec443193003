import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { action, service } from "../../src/index.js";
import { createTestRig, type TestRig } from "../../src/testing/index.js";
import { aborted, gate, Journal, turns } from "../support/signals.js";
import { Thing, thing } from "./probe.js";

/** Waits until it is told how to end, whatever becomes of the call. */
@service()
class Stubborn {
  readonly end = gate<Thing>();
  readonly journal = new Journal();

  @action({ request: Thing, response: Thing })
  async unary(_: Thing, { signal }: HandlerContext) {
    this.journal.note("started");
    void aborted(signal).then(() => this.journal.note("aborted"));
    return this.end.opened;
  }

  @action({ request: Thing, response: Thing })
  async *waits(_: Thing, { signal }: HandlerContext) {
    this.journal.note("started");
    void aborted(signal).then(() => this.journal.note("aborted"));
    yield thing({});
    yield await this.end.opened;
  }
}

describe("a failure after the caller has gone", () => {
  let stubborn: Stubborn;
  let rig: TestRig;
  let reported: unknown[];
  let told: Promise<void>;
  beforeEach(async () => {
    stubborn = new Stubborn();
    reported = [];
    const first = gate();
    told = first.opened;
    rig = await createTestRig({
      services: [stubborn],
      protocol: "connect-binary-h2",
      options: {
        onError: (error) => {
          reported.push(error);
          first.open();
        },
      },
    });
  });
  afterEach(() => rig[Symbol.asyncDispose]());

  /** Calls, and leaves when the method runs. */
  async function leave(method: "unary" | "waits") {
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const client = rig.client(Stubborn);
    const call =
      method === "unary" ? client.unary(thing({}), options) : all(client.waits(thing({}), options));
    const outcome = call.then(
      () => "ok",
      (error: unknown) => ConnectError.from(error).code,
    );
    await stubborn.journal.until("started");
    controller.abort();
    expect(await outcome).toBe(Code.Canceled);
    await stubborn.journal.until("aborted");
    expect(reported).toEqual([]);
  }

  test.each(["unary", "waits"] as const)("is told: %s", async (method) => {
    await leave(method);
    const failure = new Error("the database went away");
    stubborn.end.fail(failure);
    await told;
    await turns();
    expect(reported).toEqual([failure]);
  });

  test.each(["unary", "waits"] as const)("is not, if it only says the same: %s", async (method) => {
    await leave(method);
    stubborn.end.fail(new DOMException("This operation was aborted", "AbortError"));
    await turns();
    expect(reported).toEqual([]);
  });

  test.each(["unary", "waits"] as const)(
    "is not, if it is meant for callers: %s",
    async (method) => {
      await leave(method);
      stubborn.end.fail(new ConnectError("no such thing", Code.NotFound));
      await turns();
      expect(reported).toEqual([]);
    },
  );

  test.each(["unary", "waits"] as const)("and a success is nothing to tell: %s", async (method) => {
    await leave(method);
    stubborn.end.open(thing({}));
    await turns();
    expect(reported).toEqual([]);
  });
});

test("a failure after the deadline is told, and the caller has its answer", async () => {
  const stubborn = new Stubborn();
  const told = gate<unknown>();
  await using rig = await createTestRig({
    services: [stubborn],
    options: { onError: (error) => told.open(error) },
  });
  await expect(rig.client(Stubborn).unary(thing({}), { timeoutMs: 10 })).rejects.toMatchObject({
    code: Code.DeadlineExceeded,
  });
  const failure = new Error("too late");
  stubborn.end.fail(failure);
  expect(await told.opened).toBe(failure);
});

/** An iterator written by hand, with a flaw. */
type Flaw = Partial<AsyncIterator<Thing>> & { open?: () => AsyncIterator<Thing> };

const fail = () => {
  throw new Error("flawed");
};
const one = async () => ({ done: false as const, value: thing({}) });

describe("an iterator whose", () => {
  async function outcomeOf(flaw: Flaw, take: number) {
    @service()
    class Flawed {
      @action({ response: Thing, stream: "response" })
      stream(): AsyncIterable<Thing> {
        return {
          [Symbol.asyncIterator]: flaw.open ?? (() => ({ next: one, ...flaw })),
        };
      }
    }
    const reported: string[] = [];
    const told = gate();
    await using rig = await createTestRig({
      services: [new Flawed()],
      protocol: "connect-json-h2",
      options: {
        onError: (error) => {
          reported.push(String(error));
          told.open();
        },
      },
    });
    let taken = 0;
    let outcome = "left";
    try {
      for await (const _ of rig.client(Flawed).stream()) if (++taken === take) break;
    } catch (error) {
      outcome = String(error);
    }
    await told.opened;
    await turns();
    return { outcome, reported };
  }

  const internal = "ConnectError: [internal] internal error";
  const once = ["Error: flawed"];

  test("beginning throws", async () => {
    expect(await outcomeOf({ open: fail }, 1)).toEqual({ outcome: internal, reported: once });
  });

  test("next() throws", async () => {
    expect(await outcomeOf({ next: fail }, 1)).toEqual({ outcome: internal, reported: once });
  });

  test("next() rejects", async () => {
    const next = async () => fail();
    expect(await outcomeOf({ next }, 1)).toEqual({ outcome: internal, reported: once });
  });

  test("next() gives no promise", async () => {
    const next = (() => ({ done: false, value: thing({}) })) as unknown as Flaw["next"];
    const { outcome, reported } = await outcomeOf({ next }, 1);
    expect([outcome, reported.length]).toEqual([internal, 1]);
  });

  test("next() gives no result", async () => {
    const next = (async () => undefined) as unknown as Flaw["next"];
    const { outcome, reported } = await outcomeOf({ next }, 1);
    expect([outcome, reported.length]).toEqual([internal, 1]);
  });

  test("return() throws when its caller leaves", async () => {
    expect(await outcomeOf({ return: fail }, 3)).toEqual({ outcome: "left", reported: once });
  });

  test("return() rejects when its caller leaves", async () => {
    expect(await outcomeOf({ return: async () => fail() }, 3)).toEqual({
      outcome: "left",
      reported: once,
    });
  });
});

test("a generator that throws while it cleans up is told of", async () => {
  const told = gate<unknown>();
  @service()
  class Careless {
    @action({ response: Thing })
    async *stream() {
      try {
        for (;;) yield thing({});
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: that is what it is about
        throw new Error("while cleaning up");
      }
    }
  }
  await using rig = await createTestRig({
    services: [new Careless()],
    protocol: "grpc-binary-h2",
    options: { onError: (error) => told.open(error) },
  });
  for await (const _ of rig.client(Careless).stream()) break;
  expect(await told.opened).toEqual(new Error("while cleaning up"));
});

async function all(iterable: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of iterable);
}
