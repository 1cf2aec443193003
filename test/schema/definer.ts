import { describe, test } from "vitest";
import type { FieldType } from "../../src/decorators/field-types.js";
import {
  type ActionOptions,
  action,
  type FieldOptions,
  field,
  type MessageOptions,
  message,
  type ServiceOptions,
  type StreamOptions,
  service,
  stream,
} from "../../src/index.js";
import { type AnyClass, defineClass, type Shape, shapes } from "../decorators/define-class.js";
import { type Expected, expectRaised } from "../decorators/raised.js";
import { compile } from "./compiling.js";

type Fields = Record<
  string,
  readonly [number: number, type?: unknown, options?: FieldOptions | undefined]
>;
type Methods = Record<string, ActionOptions | { readonly stream: Partial<StreamOptions> }>;

/** Defines classes in one call shape. */
export class Definer {
  constructor(readonly shape: Shape) {}

  message(name: string, fields: Fields = {}, options: MessageOptions = {}, base?: AnyClass) {
    return defineClass(this.shape, {
      name,
      ...(base && { base }),
      fields: Object.entries(fields).map(([property, [number, type, fieldOptions]]) => [
        property,
        field(number, type as FieldType, fieldOptions as FieldOptions),
      ]),
      decorators: [message(options)],
    });
  }

  service(name: string, methods: Methods, options: ServiceOptions = {}): AnyClass {
    return defineClass(this.shape, {
      name,
      methods: Object.entries(methods).map(([property, o]) => [
        property,
        typeof o.stream === "object" ? stream(o.stream as never) : action(o as ActionOptions),
        async () => undefined,
      ]),
      decorators: [service(options)],
    });
  }

  /** A service `Demo` with one RPC that answers with a message `Reading` of these fields. */
  withFields(fields: Fields, options: MessageOptions = {}): object {
    return this.answering(this.message("Reading", fields, options));
  }

  answering(response: unknown, name = "Demo", options: ServiceOptions = {}): object {
    return new (this.service(name, { get: { response: response as FieldType } }, options))();
  }
}

export interface Mistake extends Expected {
  readonly title: string;
  readonly services: (d: Definer) => readonly unknown[];
}

export function oneField(
  title: string,
  code: Expected["code"],
  says: readonly string[],
  ...at: readonly [type: unknown, options?: FieldOptions]
): Mistake {
  return { title, code, says, services: (d) => [d.withFields({ at: [1, ...at] })] };
}

/** Checks in both call shapes that each mistake is refused when the classes are compiled. */
export function describeMistakes(groups: Readonly<Record<string, readonly Mistake[]>>): void {
  describe.each(shapes)("with %s decorators, compiling is refused for", (shape) => {
    describe.each(Object.entries(groups))("%s:", (_, mistakes) => {
      test.each(mistakes)("$title", async ({ services, ...expected }) => {
        // Defining the classes raises nothing: what is wrong shows when they come together.
        const instances = services(new Definer(shape)) as object[];
        await expectRaised(() => compile(...instances), expected);
      });
    });
  });
}
