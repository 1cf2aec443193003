import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { action, service } from "../../src/index.js";
import { createTestRig, rigProtocols } from "../../src/testing/index.js";
import { aborted, gate, Journal } from "../support/signals.js";
import { Thing, thing } from "./probe.js";
import { cellsOf, each, WireRig } from "./rig.js";

/** Methods that never come to an end of their own. */
@service({ name: "ProbeService", package: "probe.v1" })
class Endless {
  readonly journal = new Journal();

  @action({ request: Thing, response: Thing })
  echo(_: Thing, { signal }: HandlerContext) {
    return this.#waitForEver("echo", signal);
  }

  @action({ request: Thing, response: Thing, stream: "request" })
  collect(_: AsyncIterable<Thing>, { signal }: HandlerContext) {
    return this.#waitForEver("collect", signal);
  }

  /** Waits for requests, not for the signal. */
  @action({ request: Thing, response: Thing, stream: "request" })
  async listen(things: AsyncIterable<Thing>) {
    this.journal.note("listen");
    try {
      for await (const _ of things);
    } catch (reason) {
      this.journal.note(`listen threw ${ConnectError.from(reason).message}`);
      throw reason;
    } finally {
      this.journal.note("listen finally");
    }
    return thing({});
  }

  /** Before its first message. */
  @action({ request: Thing, response: Thing })
  async *repeat(_: Thing, { signal }: HandlerContext) {
    yield await this.#waitForEver("repeat", signal);
  }

  /** After two messages. */
  @action({ request: Thing, response: Thing, stream: "both" })
  async *chat(_: AsyncIterable<Thing>, { signal }: HandlerContext) {
    yield thing({});
    yield thing({});
    yield await this.#waitForEver("chat", signal);
  }

  #waitForEver(name: string, signal: AbortSignal): Promise<Thing> {
    this.journal.note(name);
    void aborted(signal).then(() =>
      this.journal.note(`${name} ${ConnectError.from(signal.reason).message}`),
    );
    return gate<Thing>().opened;
  }
}

const exceeded = { code: Code.DeadlineExceeded, rawMessage: "the operation timed out" };
const timedOut = "[deadline_exceeded] the operation timed out";

describe.each(rigProtocols)("%s", (protocol) => {
  test("ends every kind of call, and its signal", async () => {
    const endless = new Endless();
    await using rig = await createTestRig({ services: [endless], protocol });
    const client = rig.client(Endless);
    const { journal } = endless;
    // Of the server's own: clients set theirs to the same and would be quicker.
    const headers: Record<string, string> = protocol.startsWith("grpc")
      ? { "grpc-timeout": "30m" }
      : { "connect-timeout-ms": "30" };
    const held = gate();
    async function* open() {
      await held.opened;
      yield thing({});
    }

    await expect(client.echo(thing({}), { headers })).rejects.toMatchObject(exceeded);
    await expect(all(client.repeat(thing({}), { headers }))).rejects.toMatchObject(exceeded);
    expect(journal.entries.slice(0, 4).sort()).toEqual(
      ["echo", `echo ${timedOut}`, "repeat", `repeat ${timedOut}`].sort(),
    );
    await expect(client.collect(open(), { headers })).rejects.toMatchObject(exceeded);
    await journal.until(`collect ${timedOut}`);
    await expect(client.listen(open(), { headers })).rejects.toMatchObject(exceeded);
    await journal.until(`listen threw ${timedOut}`);
    await journal.until("listen finally");
    if (protocol.endsWith("h2") || protocol === "memory") {
      const received: Thing[] = [];
      await expect(all(client.chat(open(), { headers }), received)).rejects.toMatchObject(exceeded);
      expect(received).toHaveLength(2);
      await journal.until(`chat ${timedOut}`);
    }
    held.open();
  });

  test("leaves quick calls alone, and tells how much is left", async () => {
    const left: (number | undefined)[] = [];
    @service()
    class Quick {
      @action({ request: Thing })
      ask(_: Thing, context: HandlerContext) {
        left.push(context.timeoutMs());
      }
    }
    await using rig = await createTestRig({ services: [new Quick()], protocol });
    await rig.client(Quick).ask(thing({}), { timeoutMs: 60_000 });
    await rig.client(Quick).ask(thing({}));
    expect(left[0]).toBeGreaterThan(50_000);
    expect(left[0]).toBeLessThanOrEqual(60_000);
    expect(left[1]).toBeUndefined();
  });
});

test("of its own reaches a client as well", async () => {
  await using rig = await createTestRig({ services: [new Endless()], protocol: "grpc-binary-h2" });
  await expect(rig.client(Endless).echo(thing({}), { timeoutMs: 30 })).rejects.toMatchObject({
    code: Code.DeadlineExceeded,
  });
});

test("maxTimeoutMs refuses longer ones", async () => {
  await using rig = await WireRig.start({ maxTimeoutMs: 1_000 });
  const cells = cellsOf("Echo", "Repeat");
  const ask = (connect: string, grpc: string) =>
    rig.survey(cells, ({ protocol, codec }) => ({
      headers: {
        [protocol === "connect" ? "connect-timeout-ms" : "grpc-timeout"]:
          protocol === "connect" ? connect : grpc,
      },
      messages: [codec === "json" ? "{}" : ""],
    }));
  expect(await ask("1000", "1S")).toEqual(each(cells, "ok: "));
  expect(await ask("2000", "2S")).toEqual(
    each(cells, "invalid_argument: timeout 2000ms must be <= 1000"),
  );
});

// Node's timers fire at once when told to wait for more than 2^31 - 1 ms.
test("of more than 24 days is none that is over at once", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on("warning", note);
  const left: (number | undefined)[] = [];
  @service({ name: "ProbeService", package: "probe.v1" })
  class Patient {
    @action({ request: Thing, response: Thing })
    async echo(_: Thing, context: HandlerContext) {
      left.push(context.timeoutMs());
      // A timer of one millisecond would be due by now.
      await new Promise((resolve) => setTimeout(resolve, 5));
      return thing({});
    }
  }
  await using rig = await WireRig.start({ services: [new Patient()] });
  const cells = cellsOf("Echo").filter(({ codec }) => codec === "json");
  const long = {
    connect: ["9999999999", "2147483648"],
    grpc: ["99999999H", "99999999M", "99999999S"],
  };
  for (const cell of cells) {
    const [header, values] =
      cell.protocol === "connect"
        ? (["connect-timeout-ms", long.connect] as const)
        : (["grpc-timeout", long.grpc] as const);
    for (const value of values) {
      const { code } = await rig.ask(cell, { headers: { [header]: value }, messages: ["{}"] });
      expect(code, `${cell.name} ${value}`).toBe("ok");
    }
  }
  process.off("warning", note);
  expect(warnings).toEqual([]);
  for (const ms of left) expect(ms).toBeGreaterThan(2 ** 31 - 5_000);
});

async function all<T>(iterable: AsyncIterable<T>, into: T[] = []): Promise<T[]> {
  for await (const value of iterable) into.push(value);
  return into;
}
