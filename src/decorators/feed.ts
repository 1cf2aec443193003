import type { Interceptor } from "@connectrpc/connect";
import type { FieldInit, MethodDecorator } from "./action.js";
import type { Documented } from "./facts.js";
import type { FieldType, FieldValue } from "./field-types.js";
import { recordMethod } from "./record-method.js";

/** Options of `@feed()`. */
export interface FeedOptions extends Documented {
  /** What a caller sends. */
  readonly request: FieldType;
  /** What a caller is given. */
  readonly payload: FieldType;
  /** The RPC name; default: the method's name in PascalCase. */
  readonly name?: string;
  /** Run for each call, inside those of the app and the service. */
  readonly interceptors?: readonly Interceptor[];
}

/** As much of a feed as its type depends on. */
export interface FeedOf<T> {
  behind(): AsyncIterable<readonly T[]>;
}

/**
 * Exposes feeds as a server-streaming RPC: the method returns one for each caller, who follows it
 * from a beginning of its own. Callers who are level with the same channel are written the same
 * bytes.
 */
export function feed<const O extends FeedOptions>(
  options: O,
): MethodDecorator<(request: FieldValue<O["request"]>) => FeedOf<FieldInit<O["payload"]>>> {
  return (
    target: object,
    context: string | symbol | ClassMethodDecoratorContext,
    descriptor?: PropertyDescriptor,
  ) => {
    recordMethod(target, context, descriptor, { kind: "feed", options });
  };
}
