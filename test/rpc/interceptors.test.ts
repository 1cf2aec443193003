import { Code, ConnectError, type HandlerContext, type Interceptor } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { type AppOptions, action, service, stream } from "../../src/index.js";
import { createTestRig, rigProtocols } from "../../src/testing/index.js";
import { Thing, thing } from "./probe.js";

/** An interceptor that writes down its turns. */
function tracing(name: string, journal: string[]): Interceptor {
  return (next) => async (request) => {
    journal.push(`${name} in`);
    const response = await next(request);
    journal.push(`${name} out`);
    return response;
  };
}

function tracedService(journal: string[]) {
  @service({ interceptors: [tracing("service 1", journal), tracing("service 2", journal)] })
  class Traced {
    @action({ request: Thing, response: Thing, interceptors: [tracing("method", journal)] })
    unary(request: Thing, { requestHeader }: HandlerContext) {
      journal.push(`unary ${requestHeader.get("x-added")}`);
      return request;
    }

    @action({ request: Thing, response: Thing, interceptors: [tracing("method", journal)] })
    async *many(request: Thing) {
      journal.push("many");
      yield request;
    }

    @action({
      request: Thing,
      response: Thing,
      stream: "request",
      interceptors: [tracing("method", journal)],
    })
    async collect(things: AsyncIterable<Thing>) {
      for await (const _ of things) journal.push("collect");
      return thing({});
    }

    @action({
      request: Thing,
      response: Thing,
      stream: "both",
      interceptors: [tracing("method", journal)],
    })
    async *chat(things: AsyncIterable<Thing>) {
      for await (const one of things) {
        journal.push("chat");
        yield one;
      }
    }

    @stream({ payload: Thing, interceptors: [tracing("method", journal)] })
    async beat() {
      return thing({});
    }

    @action({ request: Thing, response: Thing })
    plain(request: Thing) {
      journal.push("plain");
      return request;
    }
  }
  return Traced;
}

const inwards = ["app 1 in", "app 2 in", "service 1 in", "service 2 in"];
const outwards = ["service 2 out", "service 1 out", "app 2 out", "app 1 out"];

describe.each(rigProtocols)("%s", (protocol) => {
  test("the app's run outside the service's, those outside the method's, each once", async () => {
    const journal: string[] = [];
    const Traced = tracedService(journal);
    const traced = new Traced();
    await using rig = await createTestRig({
      services: [traced],
      protocol,
      options: { interceptors: [tracing("app 1", journal), tracing("app 2", journal)] },
    });
    const client = rig.client(Traced);
    const take = () => journal.splice(0);
    const around = (...inner: string[]) => [
      ...inwards,
      "method in",
      ...inner,
      "method out",
      ...outwards,
    ];

    await client.unary(thing({}));
    expect(take()).toEqual(around("unary null"));
    await client.plain(thing({}));
    expect(take()).toEqual([...inwards, "plain", ...outwards]);
    await client.collect(iterate(thing({})));
    expect(take()).toEqual(around("collect"));

    // Around a stream of answers they are done before the first one is asked for.
    for await (const _ of client.many(thing({})));
    expect(take()).toEqual([...around(), "many"]);
    await traced.beat();
    for await (const _ of client.subscribe("beat")) break;
    expect(take()).toEqual(around());
    if (!protocol.endsWith("h1")) {
      for await (const _ of client.chat(iterate(thing({}))));
      expect(take()).toEqual([...around(), "chat"]);
    }
  });

  test("they see and change messages and headers", async () => {
    const journal: string[] = [];
    const Traced = tracedService(journal);
    const louder: Interceptor = (next) => async (request) => {
      request.header.set("x-added", "by the app");
      const response = await next(request);
      response.header.set("x-seen", String(response.method.name));
      if (response.stream) {
        const { message } = response;
        return { ...response, message: louden(message) };
      }
      (response.message as unknown as Thing).text += "!";
      return response;
    };
    await using rig = await createTestRig({
      services: [new Traced()],
      protocol,
      options: { interceptors: [louder] },
    });
    const client = rig.client(Traced);
    let header = new Headers();
    const onHeader = (received: Headers) => {
      header = received;
    };
    expect((await client.unary(thing({ text: "hi" }), { onHeader })).text).toBe("hi!");
    expect(header.get("x-seen")).toBe("Unary");
    expect(journal).toContain("unary by the app");
    for await (const { text } of client.many(thing({ text: "hi" }))) expect(text).toBe("hi?");
  });

  test("what they throw is what the caller gets", async () => {
    const journal: string[] = [];
    const Traced = tracedService(journal);
    const refusing: Interceptor = () => () => {
      throw new ConnectError("not you", Code.PermissionDenied);
    };
    await using rig = await createTestRig({
      services: [new Traced()],
      protocol,
      options: { interceptors: [refusing] },
    });
    const client = rig.client(Traced);
    const refusal = { code: Code.PermissionDenied, rawMessage: "not you" };
    await expect(client.unary(thing({}))).rejects.toMatchObject(refusal);
    const drained = (async () => {
      for await (const _ of client.many(thing({})));
    })();
    await expect(drained).rejects.toMatchObject(refusal);
    expect(journal).toEqual([]);
  });
});

describe("what goes wrong", () => {
  const failure = new Error("secret");
  const internal = { code: Code.Internal, rawMessage: "internal error" };

  async function drained(iterable: AsyncIterable<unknown>): Promise<void> {
    for await (const _ of iterable);
  }

  test.each<[string, Partial<AppOptions>]>([
    [
      "before a call",
      {
        interceptors: [
          () => () => {
            throw failure;
          },
        ],
      },
    ],
    [
      "after a call",
      {
        interceptors: [
          (next) => async (request) => {
            const response = await next(request);
            if (!response.stream) throw failure;
            return { ...response, message: failing(response.message as AsyncIterable<never>) };
          },
        ],
      },
    ],
    [
      "in a gate",
      {
        requestGate: () => {
          throw failure;
        },
      },
    ],
  ])("%s is hidden, and told once", async (_, options) => {
    for (const protocol of ["connect-json-h1", "grpc-binary-h2", "memory"] as const) {
      const reported: unknown[] = [];
      const Traced = tracedService([]);
      await using rig = await createTestRig({
        services: [new Traced()],
        protocol,
        options: { ...options, onError: (error, context) => reported.push([error, context]) },
      });
      const client = rig.client(Traced);
      await expect(client.unary(thing({})), protocol).rejects.toMatchObject(internal);
      await expect(drained(client.many(thing({}))), protocol).rejects.toMatchObject(internal);
      const service = "test.v1.TracedService";
      expect(reported, protocol).toEqual([
        [failure, { service, method: "Unary" }],
        [failure, { service, method: "Many" }],
      ]);
    }
  });

  test("in the method itself is told once, however many there are", async () => {
    const reported: unknown[] = [];
    @service()
    class Failing {
      @action({ request: Thing, response: Thing, interceptors: [tracing("method", [])] })
      unary(): Thing {
        throw failure;
      }

      @action({ request: Thing, response: Thing, interceptors: [tracing("method", [])] })
      async *many(): AsyncGenerator<Thing> {
        yield thing({});
        throw failure;
      }
    }
    await using rig = await createTestRig({
      services: [new Failing()],
      options: {
        interceptors: [tracing("app", [])],
        onError: (error) => reported.push(error),
      },
    });
    await expect(rig.client(Failing).unary()).rejects.toMatchObject(internal);
    await expect(drained(rig.client(Failing).many())).rejects.toMatchObject(internal);
    expect(reported).toEqual([failure, failure]);
  });

  async function* failing(messages: AsyncIterable<never>): AsyncGenerator<never> {
    for await (const message of messages) {
      if (message) throw failure;
      yield message;
    }
  }
});

test("requestGate refuses before the body has come", async () => {
  const journal: string[] = [];
  const Traced = tracedService(journal);
  for (const protocol of rigProtocols) {
    await using rig = await createTestRig({
      services: [new Traced()],
      protocol,
      options: {
        requestGate: ({ requestHeader }) => {
          if (requestHeader.get("authorization") === null) {
            throw new ConnectError("who are you?", Code.Unauthenticated);
          }
        },
      },
    });
    const client = rig.client(Traced);
    const refusal = { code: Code.Unauthenticated, rawMessage: "who are you?" };
    await expect(client.unary(thing({})), protocol).rejects.toMatchObject(refusal);
    expect(journal.splice(0)).toEqual([]);
    await client.unary(thing({}), { headers: { authorization: "me" } });
    expect(journal.splice(0)).toContain("unary null");
  }
});

async function* louden(messages: AsyncIterable<unknown>): AsyncGenerator<never> {
  for await (const message of messages) {
    (message as Thing).text += "?";
    yield message as never;
  }
}

async function* iterate<T>(...values: T[]): AsyncGenerator<T> {
  yield* values;
}
