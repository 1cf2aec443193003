import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor } from "../../src/index.js";
import { turns } from "../support/signals.js";
import { describe, describeSignal, type Plain } from "./describe.js";
import type { Witness } from "./witness.js";

type Next = Parameters<Interceptor>[0];
type Request = Parameters<Next>[0];
type Response = Awaited<ReturnType<Next>>;

/** An interceptor that writes down what it sees, and does what the request's `x-LEVEL` says. */
export function intercept(level: string, witness: Witness): Interceptor {
  return (next) => async (request) => {
    const id = request.header.get("x-case") ?? "?";
    const how = request.header.get(`x-${level}`) ?? "";
    witness.note(id, `${level} in`, requestSeen(request));
    try {
      const response = await (interceptions[how] ?? pass)(next, request);
      witness.note(id, `${level} out`, responseSeen(response));
      return response;
    } catch (error) {
      witness.note(id, `${level} failed`, describe(error));
      throw error;
    }
  };
}

const pass = (next: Next, request: Request) => next(request);

const interceptions: Readonly<Record<string, (next: Next, request: Request) => Promise<Response>>> =
  {
    spread: (next, request) => next({ ...request }),
    slow: async (next, request) => {
      await turns(1);
      const response = await next(request);
      await turns(1);
      return response;
    },
    /** Another message of the same type, with the text changed. */
    message: (next, request) =>
      request.stream
        ? next(request)
        : next({ ...request, message: { ...request.message, text: "replaced" } as never }),
    "request-header": (next, request) => {
      request.header.set("x-added", "by an interceptor");
      return next(request);
    },
    "new-header": (next, request) => {
      const header = new Headers(request.header);
      header.set("x-added", "in a copy");
      header.delete("x-user");
      return next({ ...request, header });
    },
    "response-header": async (next, request) => {
      const response = await next(request);
      response.header.append("x-answered", "one");
      response.header.append("x-answered", "two");
      response.trailer.set("x-trailed", "yes");
      return response;
    },
    "response-copy": async (next, request) => {
      const response = await next(request);
      const header = new Headers(response.header);
      header.set("x-answered", "in a copy");
      header.append("set-cookie", "c=1");
      header.append("set-cookie", "d=2");
      return { ...response, header, trailer: new Headers({ "x-trailed": "in a copy" }) };
    },
    "response-message": async (next, request) => {
      const response = await next(request);
      if (response.stream) return response;
      return { ...response, message: create(request.method.output, {}) as never };
    },
    signal: (next, request) => next({ ...request, signal: AbortSignal.abort(new Error("theirs")) }),
    "throw-before": async () => {
      throw new ConnectError("before", Code.Unauthenticated, { "x-why": "before" });
    },
    "throw-plain": async () => {
      throw new Error("an interceptor is broken");
    },
    "throw-after": async (next, request) => {
      await next(request);
      throw new ConnectError("after", Code.Aborted, { "x-why": "after" });
    },
    swallow: async (next, request) => {
      try {
        return await next(request);
      } catch (error) {
        throw new ConnectError(`swallowed ${ConnectError.from(error).rawMessage}`, Code.DataLoss);
      }
    },
    /** Answers by itself. */
    never: async (_, request) => {
      if (request.stream) throw new ConnectError("not for streams", Code.Unimplemented);
      return {
        stream: false,
        service: request.service,
        method: request.method,
        header: new Headers({ "x-answered": "without calling" }),
        trailer: new Headers({ "x-trailed": "without calling" }),
        message: create(request.method.output, {}),
      } as Response;
    },
    twice: async (next, request) => {
      if (!request.stream) await next(request);
      return next(request);
    },
    nothing: async () => undefined as never,
  };

export const interceptionNames = Object.keys(interceptions);

function requestSeen(request: Request): Plain {
  const { url, requestMethod, stream, header, service, method, signal } = request;
  return {
    url,
    requestMethod,
    stream,
    header: describe(header),
    rpc: `${service.typeName}/${method.name}`,
    message: request.stream ? "stream" : describe(request.message),
    names: Object.keys(request).sort(),
    signal: describeSignal(signal),
    values: describe(typeof request.contextValues.get),
  };
}

function responseSeen(response: Response): Plain {
  const { stream, header, trailer, service, method } = response;
  return {
    stream,
    header: describe(header),
    trailer: describe(trailer),
    rpc: `${service.typeName}/${method.name}`,
    message: response.stream ? "stream" : describe(response.message),
    names: Object.keys(response).sort(),
  };
}
