import type { Documented } from "./facts.js";
import { ownFacts } from "./facts.js";
import { requireParentheses } from "./member.js";
import type { Reserved } from "./reserved.js";
import { validateFields } from "./validate-fields.js";

/** Options of `@message()`. */
export interface MessageOptions extends Documented {
  /** The name in the .proto file; default: the name of the class. */
  readonly name?: string;
  /** The proto package; default: that of the one service package which uses the message. */
  readonly package?: string;
  /** Declares the message inside another one: `within: () => Outer`. */
  readonly within?: () => abstract new () => unknown;
  /** Field numbers, ranges (both ends included) and names that may not be used (again). */
  readonly reserved?: Reserved;
  /** Comments and deprecation of the message's oneofs, by name. */
  readonly oneofs?: { readonly [name: string]: Pick<Documented, "doc"> };
}

/**
 * Makes a class a protobuf message. Its fields are the properties decorated with `@field()`,
 * those of its base class included. Instances are made with `new` and no arguments.
 */
export function message(options: MessageOptions = {}): MessageDecorator {
  requireParentheses("message", options);
  return (target, context?: ClassDecoratorContext) => {
    const facts = ownFacts(target, context);
    facts.message = options;
    validateFields(target, facts.fields, options);
  };
}

/** A class decorator for classes constructed without arguments, in both call shapes. */
export type MessageDecorator = (
  target: abstract new () => object,
  context?: ClassDecoratorContext,
) => void;
