import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { ContextValues, HandlerContext } from "@connectrpc/connect";
import type { UnaryCall } from "./unary-call.js";

/**
 * What a method is told about its call. Everything that costs something (`Headers`, the signal)
 * is made when it is first asked for.
 *
 * Unlike Connect's own, its properties are those of a class: `{ ...context }` has none of them.
 */
export class LazyContext implements HandlerContext {
  readonly #call: UnaryCall;

  constructor(call: UnaryCall) {
    this.#call = call;
  }

  get service(): DescService {
    return this.method.parent;
  }

  get method(): DescMethod {
    return this.#call.route.desc;
  }

  get protocolName(): string {
    return this.#call.route.format.protocolName;
  }

  get requestMethod(): string {
    return this.#call.httpMethod;
  }

  get url(): string {
    return this.#call.wire.url;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get timeoutMs(): () => number | undefined {
    return () => this.#call.remainingMs();
  }

  get requestHeader(): Headers {
    return this.#call.requestHeader;
  }

  get responseHeader(): Headers {
    return this.#call.responseHeader;
  }

  get responseTrailer(): Headers {
    return this.#call.responseTrailer;
  }

  get values(): ContextValues {
    return this.#call.values;
  }
}
