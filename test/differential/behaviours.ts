import { create } from "@bufbuild/protobuf";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import {
  Code,
  ConnectError,
  type HandlerContext,
  invalidArgument,
  SluiceError,
} from "../../src/index.js";
import { turns } from "../support/signals.js";
import { describe, describeSignal } from "./describe.js";
import { Sample, sample } from "./messages.js";
import type { Witness } from "./witness.js";

/** A call as a behaviour sees it. */
export interface Run {
  readonly id: string;
  readonly request: Sample;
  readonly context: HandlerContext;
  readonly witness: Witness;
}

/** What a method does. What it returns, if anything, is the method's result. */
type Behaviour = (run: Run, argument: string) => { readonly result: unknown } | undefined;

/**
 * Does what the request's `x-do` header says, `meta:cookie, error:not_found:details` for example,
 * in this order; without one, or in the end, the request is the result.
 */
export function behave(run: Run): unknown {
  const steps = stepsOf(run.context);
  if (steps.some(([name]) => name === "async")) return turns(1).then(() => follow(run, steps));
  return follow(run, steps);
}

/** The names of all behaviours with the arguments they know. */
export const behaviourSteps: readonly string[] = [
  ...["async", "spread", "mutate", "values", "later", "kept"],
  ...["repeat", "cookie", "bin", "case", "latin1", "unicode", "newline", "nothing"].map(
    (set) => `meta:${set}`,
  ),
  ...["content-type", "content-encoding", "content-length", "grpc", "trailer", "connect"].map(
    (set) => `meta:${set}`,
  ),
  ...["undefined", "null", "wrong", "thenable", "rejecting", "iterable", "plain", "date"].map(
    (what) => `return:${what}`,
  ),
  ...["getter", "extra", "subclass", "promises", "surrogate"].map((what) => `return:${what}`),
  ...["plain", "string", "undefined", "null", "number", "sluice", "violations", "abort"].map(
    (what) => `throw:${what}`,
  ),
  ...["number", "surrogate", "nested", "wire", "protocol-metadata"].map((what) => `throw:${what}`),
];

export const errorVariants = ["", "details", "metadata", "details-metadata", "empty", "long"];

function stepsOf({ requestHeader }: HandlerContext): [string, string][] {
  return (requestHeader.get("x-do") ?? "")
    .split(",")
    .map((step) => step.trim())
    .filter(Boolean)
    .map((step) => {
      const colon = step.indexOf(":");
      return colon === -1 ? [step, ""] : [step.slice(0, colon), step.slice(colon + 1)];
    });
}

function follow(run: Run, steps: readonly [string, string][]): unknown {
  for (const [name, argument] of steps) {
    const done = behaviours[name]?.(run, argument);
    if (done !== undefined) return done.result;
  }
  return run.request;
}

const contextNames: readonly (keyof HandlerContext)[] = [
  ...(["service", "method", "protocolName", "requestMethod", "url", "signal"] as const),
  ...(["timeoutMs", "requestHeader", "responseHeader", "responseTrailer", "values"] as const),
];

const behaviours: Readonly<Record<string, Behaviour>> = {
  /** Interceptors that are Connect's own copy the context in this way, and so may methods. */
  spread({ id, context, witness }) {
    const copy = { ...context };
    witness.note(id, "copied context", {
      // Connect's own context has more, which its types do not show.
      names: contextNames.filter((name) => Object.hasOwn(copy, name)),
      header: describe(copy.requestHeader),
      signal: describeSignal(copy.signal),
    });
    return undefined;
  },
  mutate({ id, context, witness }) {
    context.requestHeader.set("x-changed", "by the method");
    context.requestHeader.delete("x-user");
    witness.note(id, "changed header", describe(context.requestHeader));
    return undefined;
  },
  values({ id, context, witness }) {
    const key = { id: Symbol("key"), defaultValue: "default" };
    const before = context.values.get(key);
    context.values.set(key, "set");
    const after = context.values.get(key);
    context.values.delete(key);
    witness.note(id, "values", [before, after, context.values.get(key)]);
    return undefined;
  },
  /** Too late to matter. */
  later({ context }) {
    setImmediate(() => {
      try {
        context.responseHeader.set("x-late", "1");
        context.responseTrailer.set("x-late", "1");
      } catch {
        // Either way nobody sees it.
      }
    });
    return undefined;
  },
  kept({ id, context, witness }) {
    witness.keep(id, context);
    return undefined;
  },
  meta({ context }, what) {
    metadata[what]?.(context);
    return undefined;
  },
  /** A response of so many bytes of text. */
  size: (_, length) => ({ result: sample({ text: "x".repeat(Number(length)) }) }),
  error(_, argument) {
    const [code = "", variant = ""] = argument.split(":");
    throw connectError(Number(code), variant);
  },
  throw: (_, what) => ({ result: throwing(what) }),
  reject: (_, what) => ({ result: turns(1).then(() => throwing(what)) }),
  return: ({ request }, what) => ({ result: results[what]?.(request) }),
  wait: (run, how) => ({ result: waitForEnd(run, how) }),
};

const metadata: Readonly<Record<string, (context: HandlerContext) => void>> = {
  repeat: both((h) => {
    h.append("x-many", "one");
    h.append("x-many", "two");
    h.append("x-many", "");
  }),
  cookie: both((h) => {
    h.append("set-cookie", "a=1; Path=/");
    h.append("set-cookie", "b=2, c=3");
  }),
  bin: both((h) => {
    h.append("x-data-bin", "AAEC");
    h.append("x-data-bin", "/w==");
  }),
  case: both((h) => h.set("X-Mixed-CASE", "Kept AS it IS")),
  latin1: both((h) => h.set("x-latin", "caf\u00e9 \u00ff")),
  unicode: both((h) => h.set("x-wide", "\u20ac")),
  newline: both((h) => h.set("x-line", "a\r\nx-smuggled: 1")),
  nothing: both((h) => h.set("x-nothing", "")),
  "content-type": both((h) => h.set("content-type", "text/fancy")),
  "content-encoding": both((h) => h.set("content-encoding", "fancy")),
  "content-length": both((h) => h.set("content-length", "3")),
  grpc: both((h) => {
    h.set("grpc-status", "7");
    h.set("grpc-message", "not%20quite");
    h.set("grpc-status-details-bin", "AAEC");
    h.set("grpc-encoding", "fancy");
  }),
  trailer: both((h) => h.set("trailer-x-one", "1")),
  connect: both((h) => {
    h.set("connect-protocol-version", "9");
    h.set("accept-encoding", "fancy");
    h.set("vary", "x-user");
    h.set("date", "yesterday");
    h.set("access-control-allow-origin", "https://elsewhere.example");
  }),
};

function both(change: (headers: Headers) => void): (context: HandlerContext) => void {
  return ({ responseHeader, responseTrailer }) => {
    change(responseHeader);
    change(responseTrailer);
  };
}

function connectError(code: number, variant: string): ConnectError {
  const texts: Record<string, string> = { empty: "", long: "long ".repeat(400) };
  const error = new ConnectError(texts[variant] ?? `no: ${variant} ä€ 100%\n`, code);
  if (variant.includes("details")) {
    error.details.push({ desc: StringValueSchema, value: { value: "detail" } });
    error.details.push({
      desc: StringValueSchema,
      value: create(StringValueSchema, { value: "second" }),
    });
  }
  if (variant.includes("metadata")) {
    error.metadata.append("x-error", "one");
    error.metadata.append("x-error", "two");
    error.metadata.append("x-error-bin", "AAEC");
    error.metadata.append("set-cookie", "e=1");
    error.metadata.append("set-cookie", "f=2");
  }
  return error;
}

function throwing(what: string): never {
  switch (what) {
    case "string":
      throw "a text";
    case "undefined":
      throw undefined;
    case "null":
      throw null;
    case "number":
      throw 7;
    case "sluice":
      throw invalidArgument({ text: "must be shorter", count: "must be odd" });
    case "violations":
      throw new SluiceError("response_shape", "made up by a method");
    case "abort":
      throw Object.assign(new Error("given up"), { name: "AbortError" });
    case "surrogate":
      throw new ConnectError("half \ud83d of one", Code.Aborted);
    case "nested":
      throw new ConnectError("outer", Code.DataLoss, undefined, undefined, new Error("inner"));
    case "wire": {
      const error = connectError(Code.NotFound, "details-metadata");
      (error as { isWireError?: boolean }).isWireError = true;
      throw error;
    }
    case "protocol-metadata": {
      const error = new ConnectError("with protocol headers", Code.Aborted);
      for (const [name, value] of protocolMetadata) error.metadata.set(name, value);
      throw error;
    }
    default:
      throw new Error("an ordinary error");
  }
}

const protocolMetadata = [
  ["content-type", "text/fancy"],
  ["content-length", "1"],
  ["content-encoding", "fancy"],
  ["grpc-status", "0"],
  ["grpc-message", "fine"],
  ["trailer-x", "1"],
  ["x-own", "1"],
] as const;

const results: Readonly<Record<string, (request: Sample) => unknown>> = {
  null: () => null,
  wrong: () => ({ text: 7, count: "many", inner: { list: [1] } }),
  thenable: (request) => ({
    // biome-ignore lint/suspicious/noThenProperty: methods may return any promise-like object.
    then: (resolve: (value: unknown) => void) => resolve(request),
  }),
  rejecting: () => ({
    // biome-ignore lint/suspicious/noThenProperty: as above.
    then: (_: unknown, reject: (reason: unknown) => void) => reject(new Error("thenable failed")),
  }),
  async *iterable(request) {
    yield request;
  },
  plain: (request) => ({ ...request }),
  date: () => new Date(0),
  getter: () => ({
    get text() {
      throw new Error("a getter threw");
    },
  }),
  extra: (request) => ({ ...request, unheard: "of" }),
  subclass: (request) => Object.assign(new (class extends Sample {})(), request),
  promises: (request) => Promise.resolve(Promise.resolve(request)),
  surrogate: () => sample({ text: "half \ud83d of one" }),
};

/** Waits until the call is over, and then does as it is told. */
async function waitForEnd({ id, context, witness, request }: Run, how: string): Promise<unknown> {
  const { signal } = context;
  const leaves = context.requestHeader.has("x-leaves");
  // A deadline that never came to be, or is far away, and a client that stays: nothing to wait for.
  if (!leaves && (context.timeoutMs() ?? Number.POSITIVE_INFINITY) > 1_000) return request;
  const over = witness.waiting(id);
  if (!signal.aborted) {
    await new Promise<void>((resolve) =>
      signal.addEventListener("abort", () => resolve(), { once: true }),
    );
  }
  witness.note(id, "ended", describeSignal(signal));
  // Only when what is thrown here has been dealt with.
  setImmediate(over);
  if (how === "throw") throw signal.reason;
  if (how === "other") throw new Error("failed because it was interrupted");
  if (how === "deaf") await new Promise<never>(() => {});
  return request;
}
