import { action, type HandlerContext, repeated, service, stream } from "../../src/index.js";
import { behave } from "./behaviours.js";
import { describe, describeSignal } from "./describe.js";
import { intercept } from "./interceptors.js";
import { Sample, sample } from "./messages.js";
import type { Witness } from "./witness.js";

/** Every kind of method. Most do what a header of the request says, and tell what they see. */
@service({ name: "SubjectService" })
export class Subject {
  readonly #witness: Witness;

  constructor(witness: Witness) {
    this.#witness = witness;
  }

  @action({ request: Sample, response: Sample })
  echo(request: Sample, context: HandlerContext) {
    return act(this.#witness, "echo", request, context);
  }

  @action({ request: Sample, response: Sample, idempotent: true })
  peek(request: Sample, context: HandlerContext) {
    return act(this.#witness, "peek", request, context);
  }

  /** Has no use for the context. */
  @action({ request: Sample, response: Sample })
  plain(request: Sample) {
    return request;
  }

  @action({ request: Sample, response: Sample })
  async later(request: Sample) {
    return request;
  }

  @action()
  nothing() {}

  @action({ request: "string", response: repeated("string"), idempotent: true })
  words(text: string, context: HandlerContext) {
    this.#witness.note(idOf(context), "words", describe(text));
    return text.split(" ");
  }

  @action({ request: Sample, response: Sample })
  async *repeat(request: Sample, context: HandlerContext) {
    await act(this.#witness, "repeat", request, context);
    for (let n = 0; n < Math.min(request.count, 5); n++) yield request;
  }

  @action({ request: Sample, response: Sample, stream: "request" })
  async collect(requests: AsyncIterable<Sample>, context: HandlerContext) {
    const texts: string[] = [];
    for await (const { text } of requests) texts.push(text);
    return act(this.#witness, "collect", sample({ list: texts }), context);
  }

  @action({ request: Sample, response: Sample, stream: "both" })
  async *chat(requests: AsyncIterable<Sample>, context: HandlerContext) {
    for await (const request of requests) {
      await act(this.#witness, "chat", request, context);
      yield request;
    }
  }

  /** A topic that ends when its source does. */
  @stream({ request: Sample, payload: Sample, key: ({ text }: Sample) => text, replay: false })
  async *ticks({ key }: { key: string }) {
    for (let count = 0; count < 3; count++) yield sample({ text: key, count });
  }
}

/** The same behind interceptors of its own. A class for each witness: theirs are fixed with it. */
export function guarded(witness: Witness): object {
  @service({ name: "GuardedService", interceptors: [intercept("service", witness)] })
  class Guarded {
    @action({ request: Sample, response: Sample, interceptors: [intercept("method", witness)] })
    echo(request: Sample, context: HandlerContext) {
      return act(witness, "guarded echo", request, context);
    }

    @action({ request: Sample, response: Sample, idempotent: true })
    peek(request: Sample, context: HandlerContext) {
      return act(witness, "guarded peek", request, context);
    }

    @action({ request: Sample, response: Sample })
    plain(request: Sample) {
      return request;
    }

    @action({ request: Sample, response: Sample, interceptors: [intercept("method", witness)] })
    async *repeat(request: Sample, context: HandlerContext) {
      await act(witness, "guarded repeat", request, context);
      for (let n = 0; n < Math.min(request.count, 5); n++) yield request;
    }
  }
  return new Guarded();
}

/** What methods return need not be what they were declared to return. */
function act(witness: Witness, method: string, request: Sample, context: HandlerContext): Sample {
  const id = idOf(context);
  const timeoutMs = context.timeoutMs();
  witness.note(id, method, {
    request: describe(request),
    header: describe(context.requestHeader),
    // In whole seconds, rounded up, it does not depend on how long the call has taken so far.
    timeout:
      timeoutMs === undefined ? "none" : timeoutMs > 0 ? Math.ceil(timeoutMs / 1_000) : "over",
    protocolName: context.protocolName,
    requestMethod: context.requestMethod,
    url: context.url,
    rpc: `${context.service.typeName}/${context.method.name}`,
    responseHeader: describe(context.responseHeader),
    responseTrailer: describe(context.responseTrailer),
    signal: describeSignal(context.signal),
  });
  return behave({ id, request, context, witness }) as Sample;
}

function idOf({ requestHeader }: HandlerContext): string {
  return requestHeader.get("x-case") ?? "?";
}
