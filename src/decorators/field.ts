import { SluiceError } from "../errors.js";
import { designTypeOf } from "./design-types.js";
import type { Documented, FieldFacts } from "./facts.js";
import { addFact, ownFacts } from "./facts.js";
import type { FieldType, FieldValue } from "./field-types.js";
import { memberName, memberOf } from "./member.js";

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
  // biome-ignore lint/complexity/noArguments: counts what was passed, undefined or not
  const isTypeGiven = arguments.length === 2;
  return (
    target: object | undefined,
    context: string | symbol | ClassFieldDecoratorContext,
    descriptor?: PropertyDescriptor,
  ) => {
    const property = memberOf("field", target, context);
    const where = memberName(target, context);
    refuseMethods(where, number, property, context, descriptor);
    refuseInheritedNames(where, number, property);
    const facts: FieldFacts = {
      property,
      number,
      type,
      // With options an undefined type may be meant; without them it is there by accident.
      isTypeGiven,
      designType: designTypeOf("design:type", target, context),
      options: options ?? {},
    };
    const { fields, inherited } = ownFacts(target?.constructor, context);
    addFact(fields, inherited?.fields, facts, where);
  };
}

/** Some compilers hand over a descriptor for a property too; it has an initializer, not a value. */
function refuseMethods(
  where: string,
  number: number,
  property: string,
  context: string | symbol | ClassFieldDecoratorContext,
  descriptor: PropertyDescriptor | undefined,
): void {
  const isProperty =
    typeof context === "object"
      ? context.kind === "field"
      : descriptor?.value === undefined && !descriptor?.get && !descriptor?.set;
  if (isProperty) return;
  throw new SluiceError(
    "member_unsupported",
    `@field() works on properties; ${where} is a method or an accessor. ` +
      `Write \`@field(${number}, "string") ${property}!: string\`.`,
  );
}

/** A plain object without this field would still have something of its name. */
function refuseInheritedNames(where: string, number: number, property: string): void {
  if (!(property in Object.prototype)) return;
  throw new SluiceError(
    "member_unsupported",
    `${where} has a name that every object inherits. Choose another, and keep it in proto: ` +
      `@field(${number}, …, { name: "${property}" }).`,
  );
}

/**
 * The decorator in both call shapes, refusing a property of another type. It is one signature and
 * not two overloads, of which compilers would only explain why the last one does not fit.
 */
export type FieldDecorator<T, O> = <
  C extends object | undefined,
  K extends string | symbol | ClassFieldDecoratorContext,
>(
  target: C,
  context: K & MemberCheck<C, K, T, O>,
) => void;

type MemberCheck<C, K, T, O> =
  K extends ClassFieldDecoratorContext<infer _, infer P>
    ? [T] extends [undefined]
      ? Mismatch<"standard decorators come without type metadata: write the type">
      : PropertyCheck<P, T, O>
    : K extends keyof C
      ? PropertyCheck<C[K], T, O>
      : Mismatch<"the property is not public">;

type PropertyCheck<P, T, O> = [T] extends [undefined]
  ? InferredCheck<Defined<P>> & PresenceCheck<P, O>
  : [FieldValue<T>] extends [Defined<P>]
    ? [Defined<P>] extends [ReadonlyValue<FieldValue<T>>]
      ? PresenceCheck<P, O>
      : Mismatch<"the property's type is wider than the field's type">
    : Mismatch<"the property's type is not the field's type">;

/**
 * Without a declared type the compiler's metadata decides, which is too coarse to be right about
 * these: an enum is a Number to it, a union of texts a String, and lists have no elements.
 */
type InferredCheck<P> = [P] extends [string]
  ? ExactCheck<P, string>
  : [P] extends [number]
    ? ExactCheck<P, number>
    : [P] extends [readonly unknown[] | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>]
      ? Mismatch<"the compiler's metadata does not tell this type: write it down">
      : unknown;

type ExactCheck<P, S> =
  (<X>() => X extends P ? 1 : 2) extends <X>() => X extends S ? 1 : 2
    ? unknown
    : Mismatch<"the compiler's metadata does not tell this type: write it down">;

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
