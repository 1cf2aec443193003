import type { DescService } from "@bufbuild/protobuf";
import type { Interceptor, ServiceImpl } from "@connectrpc/connect";
import type { Documented } from "./facts.js";
import { ownFacts } from "./facts.js";
import { requireParentheses } from "./member.js";

/** Options of `@service()`. */
export interface ServiceOptions extends Documented {
  /** The name in the .proto file; default: the class's, with `Service` appended if missing. */
  readonly name?: string;
  /** The proto package; default: that of the app or plugin. */
  readonly package?: string;
  /** Run for all methods of the service, inside those of the app. */
  readonly interceptors?: readonly Interceptor[];
}

/** What `@service(GeneratedDescService)` takes besides: the contract has its own name and docs. */
export type ContractOptions = Pick<ServiceOptions, "interceptors">;

/** Makes a class an RPC service: its methods decorated with `@action()` and `@stream()`. */
export function service(options?: ServiceOptions): ServiceDecorator<object>;
/**
 * Implements a service that came from a .proto file. Methods are decorated with `@action()` and
 * bound by name; each method of the contract must be there, and no others.
 */
export function service<S extends DescService>(
  contract: S,
  options?: ContractOptions,
): ServiceDecorator<ServiceImpl<S>>;
export function service(
  first: ServiceOptions | DescService = {},
  second: ContractOptions = {},
): ServiceDecorator<object> {
  requireParentheses("service", first);
  const isContract = (first as Partial<DescService>).kind === "service";
  return (target, context?: ClassDecoratorContext) => {
    ownFacts(target, context).service = isContract
      ? { options: second, contract: first as DescService }
      : { options: first as ServiceOptions };
  };
}

/** A class decorator, in both call shapes, for classes whose instances implement `I`. */
export type ServiceDecorator<I> = (
  target: abstract new (...args: never[]) => I,
  context?: ClassDecoratorContext,
) => void;
