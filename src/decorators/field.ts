import { designTypeOf } from "./design-types.js";
import type { Documented } from "./facts.js";
import { metadataOf, ownFacts } from "./facts.js";
import type { FieldType, FieldValue } from "./field-types.js";
import { memberOf } from "./member.js";

/** Options of `@field()`. */
export interface FieldOptions extends Documented {
  /** Tracks presence (`optional` in proto3): unset and zero differ; unset reads `undefined`. */
  readonly optional?: boolean;
  /** The oneof this field belongs to: at most one field of it is set, the others `undefined`. */
  readonly oneof?: string;
  /** The name in the .proto file; default: the property in lower_snake_case. */
  readonly name?: string;
}

/**
 * A message field: `@field(1, "string") name!: string`.
 *
 * The number is the field's identity on the wire: never change it and never use it again. The
 * type is checked by the compiler against the property. Left out, it is taken from the metadata
 * of `emitDecoratorMetadata` where that is plain enough: String, Boolean, Number (`double`),
 * BigInt (`int64`), Date (`google.protobuf.Timestamp`), Uint8Array (`bytes`) or a message class.
 */
export function field<
  const T extends FieldType | undefined = undefined,
  // biome-ignore lint/complexity/noBannedTypes: the default has no options at all
  const O extends FieldOptions = {},
>(number: number, type?: T, options?: O): FieldDecorator<T, O> {
  return (target: object | undefined, context: string | symbol | ClassFieldDecoratorContext) => {
    const property = memberOf("field", target, context);
    const metadata =
      typeof context === "object" ? context.metadata : metadataOf(target!.constructor);
    ownFacts(metadata).fields.push({
      property,
      number,
      type,
      designType: designTypeOf("design:type", target, context),
      options: options ?? {},
    });
  };
}

/** The decorator in both call shapes, refusing a property of another type. */
export interface FieldDecorator<T, O> {
  <C extends object, K extends string & keyof C>(
    prototype: C,
    property: K & PropertyCheck<C[K], T, O>,
  ): void;
  <C, P>(
    value: undefined,
    context: ClassFieldDecoratorContext<C, P> & PropertyCheck<P, T, O>,
  ): void;
}

type PropertyCheck<P, T, O> = [T] extends [undefined]
  ? unknown
  : [FieldValue<T>] extends [Defined<P>]
    ? [Defined<P>] extends [ReadonlyValue<FieldValue<T>>]
      ? PresenceCheck<P, O>
      : Mismatch<"the property's type is wider than the field's type">
    : Mismatch<"the property's type is not the field's type">;

type PresenceCheck<P, O> = O extends { optional: true } | { oneof: string }
  ? undefined extends P
    ? unknown
    : Mismatch<"a field that can be unset needs an optional property (name?: type)">
  : unknown;

type Defined<P> = Exclude<P, null | undefined>;
type ReadonlyValue<V> = V extends readonly (infer U)[] ? readonly U[] : V;

/** Appears in compiler errors; `Reason` says what is wrong. */
export interface Mismatch<Reason extends string> {
  readonly error: Reason;
}
