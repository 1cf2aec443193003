import { expect, test } from "vitest";
import { action, type HandlerContext, type Interceptor, service } from "../../src/index.js";
import { Thing, thing } from "./probe.js";
import { cellsOf, WireRig } from "./rig.js";

/** Says who has made its context: only Connect's own has a function that ends the call. */
@service({ name: "ProbeService", package: "probe.v1" })
class Teller {
  readonly contexts: string[] = [];

  @action({ request: Thing, response: Thing })
  echo(_: Thing, context: HandlerContext) {
    this.contexts.push(Object.hasOwn(context, "abort") ? "Connect" : "fast path");
    return thing({});
  }

  @action({ request: Thing, response: Thing, idempotent: true })
  peek(request: Thing, context: HandlerContext) {
    return this.echo(request, context);
  }
}

const passOn: Interceptor = (next) => next;

test.each([
  { fastPath: true, interceptors: [] },
  { fastPath: true, interceptors: [passOn] },
  { fastPath: false, interceptors: [] },
])("unary calls are answered by the one or the other: %o", async (options) => {
  const teller = new Teller();
  await using rig = await WireRig.start({ services: [teller], ...options });
  const answered: Record<string, string> = {};
  for (const cell of cellsOf("Echo")) {
    await rig.ask(cell, { messages: [cell.codec === "json" ? "{}" : ""] });
    answered[cell.name] = teller.contexts.pop()!;
  }
  for (const http of ["h1", "h2"] as const) {
    const path = "/probe.v1.ProbeService/Peek?connect=v1&encoding=json&message={}";
    await rig.client(http).ask({ method: "GET", path, headers: {} });
    answered[`GET ${http}`] = teller.contexts.pop()!;
  }
  const expected = Object.keys(answered).map((name) => {
    // gRPC over HTTP/1.1 is left to Connect.
    const isFast = options.fastPath && !/^grpc-(json|binary)-h1/.test(name);
    return [name, isFast ? "fast path" : "Connect"];
  });
  expect(answered).toEqual(Object.fromEntries(expected));
  expect(Object.keys(answered)).toHaveLength(14);
});
