import { Code, ConnectError, createContextKey, type HandlerContext } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { action, service } from "../../src/index.js";
import { createTestRig, type RigProtocol, rigProtocols } from "../../src/testing/index.js";
import { aborted, gate } from "../support/signals.js";
import { Lifecycle } from "./lifecycle.js";
import { Thing, thing } from "./probe.js";

/** Looks at its context, and answers in header and trailer. */
@service({ name: "ProbeService", package: "probe.v1" })
class Curious {
  readonly seen: HandlerContext[] = [];

  @action({ request: Thing, response: Thing, idempotent: true })
  peek(request: Thing, context: HandlerContext) {
    return this.#answer(request, context);
  }

  @action({ request: Thing, response: Thing })
  async *repeat(request: Thing, context: HandlerContext) {
    yield this.#answer(request, context);
    context.responseTrailer.append("x-late", "after the first message");
    yield request;
  }

  @action({ request: Thing, response: Thing, stream: "request" })
  async collect(things: AsyncIterable<Thing>, context: HandlerContext) {
    let last = thing({});
    for await (const one of things) last = one;
    return this.#answer(last, context);
  }

  @action({ request: Thing, response: Thing, stream: "both" })
  async *chat(things: AsyncIterable<Thing>, context: HandlerContext) {
    for await (const one of things) yield this.#answer(one, context);
  }

  #answer(value: Thing, context: HandlerContext): Thing {
    this.seen.push(context);
    context.responseHeader.set("x-answer", `to ${context.requestHeader.get("x-question")}`);
    context.responseHeader.append("x-answer", "twice");
    context.responseTrailer.set("x-trailer", "at the end");
    context.responseTrailer.set("x-data-bin", "AAEC");
    return value;
  }
}

const kinds = ["peek", "repeat", "collect", "chat"] as const;
/** Two-way streams need HTTP/2. */
const canChat = (protocol: RigProtocol) => !protocol.endsWith("h1");

describe.each(rigProtocols)("%s", (protocol) => {
  test.each(kinds.filter((kind) => kind !== "chat" || canChat(protocol)))(
    "%s: headers and trailers both ways, and what the context says",
    async (kind) => {
      const curious = new Curious();
      await using rig = await createTestRig({ services: [curious], protocol });
      const client = rig.client(Curious);
      let header = new Headers();
      let trailer = new Headers();
      const options = {
        headers: { "x-question": "why" },
        onHeader: (received: Headers) => {
          header = received;
        },
        onTrailer: (received: Headers) => {
          trailer = received;
        },
      };
      const answer =
        kind === "peek"
          ? client.peek(thing({ text: "a" }), options)
          : kind === "collect"
            ? client.collect(iterate(thing({ text: "a" })), options)
            : kind === "repeat"
              ? all(client.repeat(thing({ text: "a" }), options))
              : all(client.chat(iterate(thing({ text: "a" })), options));
      const values = [await answer].flat();
      expect(values.map(({ text }) => text)).toEqual(kind === "repeat" ? ["a", "a"] : ["a"]);
      expect(header.get("x-answer")).toBe("to why, twice");
      expect(trailer.get("x-trailer")).toBe("at the end");
      expect(trailer.get("x-data-bin")).toBe("AAEC");
      expect(trailer.get("x-late")).toBe(kind === "repeat" ? "after the first message" : null);

      const [context] = curious.seen;
      const name = kind[0]!.toUpperCase() + kind.slice(1);
      expect(context!.service.typeName).toBe("probe.v1.ProbeService");
      expect(context!.method.name).toBe(name);
      expect(context!.requestMethod).toBe("POST");
      expect(new URL(context!.url).pathname).toBe(`/probe.v1.ProbeService/${name}`);
      expect(context!.protocolName).toBe(
        protocol === "memory" ? "connect" : protocol.replace(/-(json|binary)-.*/, ""),
      );
      expect(context!.timeoutMs()).toBeUndefined();
      expect(context!.signal.aborted).toBe(true);
    },
  );

  test("a client that cancels gets canceled, and the method's signal aborts", async () => {
    const lifecycle = new Lifecycle();
    const reported: unknown[] = [];
    await using rig = await createTestRig({
      services: [lifecycle],
      protocol,
      options: { onError: (error) => reported.push(error) },
    });
    const client = rig.client(Lifecycle);
    for (const kind of ["hold", "wait", "collect"] as const) {
      const controller = new AbortController();
      const options = { signal: controller.signal };
      const never = (async function* () {
        await gate().opened;
        yield thing({});
      })();
      const call =
        kind === "hold"
          ? client.hold(thing({}), options)
          : kind === "wait"
            ? all(client.wait(thing({}), options))
            : client.collect(never, options);
      const outcome = call.then(
        () => "ok",
        (error: unknown) => ConnectError.from(error).code,
      );
      await lifecycle.journal.until(`${kind} started`);
      controller.abort();
      expect(await outcome, kind).toBe(Code.Canceled);
      await lifecycle.journal.until(`${kind} aborted`);
    }
    await lifecycle.journal.until("wait released");
    await lifecycle.journal.until("collect released");
    expect(reported).toEqual([]);
  });

  test("leaving the loop over a stream ends it on the other side", async () => {
    const lifecycle = new Lifecycle();
    await using rig = await createTestRig({ services: [lifecycle], protocol });
    for await (const _ of rig.client(Lifecycle).flood(thing({}))) break;
    await lifecycle.journal.until("flood aborted");
    await lifecycle.journal.until("flood released");
  });
});

test("cancelling reaches a method within the turn, in memory", async () => {
  const started = gate<AbortSignal>();
  @service()
  class Waiting {
    @action({ request: Thing, response: Thing })
    hold(_: Thing, { signal }: HandlerContext) {
      started.open(signal);
      return aborted(signal).then(() => thing({}));
    }
  }
  await using rig = await createTestRig({ services: [new Waiting()] });
  const controller = new AbortController();
  const call = rig.client(Waiting).hold(thing({}), { signal: controller.signal });
  call.catch(() => {});
  const signal = await started.opened;
  controller.abort();
  expect(signal.aborted).toBe(true);
  await expect(call).rejects.toMatchObject({ code: Code.Canceled });
});

test("context values set by an interceptor reach the method, on both sides", async () => {
  const user = createContextKey("nobody");
  const seen: string[] = [];
  @service()
  class Greeting {
    @action({ request: Thing, response: Thing })
    greet(request: Thing, { values }: HandlerContext) {
      seen.push(values.get(user));
      return request;
    }
  }
  await using rig = await createTestRig({
    services: [new Greeting()],
    protocol: "connect-json-h1",
    options: {
      interceptors: [
        (next) => (request) => {
          request.contextValues.set(user, request.header.get("x-user") ?? "nobody");
          return next(request);
        },
      ],
    },
  });
  const client = rig.client(Greeting);
  await client.greet(thing({}), { headers: { "x-user": "ada" } });
  await client.greet(thing({}));
  expect(seen).toEqual(["ada", "nobody"]);
});

async function* iterate<T>(...values: T[]): AsyncGenerator<T> {
  yield* values;
}

async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of iterable) values.push(value);
  return values;
}
