import type { Documented } from "./facts.js";
import { type Reserved, validateEnumReserved } from "./reserved.js";

/** The key under which an enum object carries its facts; shared by all copies of this module. */
export const enumFacts: unique symbol = Symbol.for("sluice.enum") as never;

/** Options of `enumType()`. */
export interface EnumOptions<K extends string = string> extends Documented {
  /** The proto package, where it differs from that of the messages which use the enum. */
  readonly package?: string;
  /** Numbers and proto value names that may not be used (again). */
  readonly reserved?: Reserved;
  /** Comments and deprecation of single values. */
  readonly values?: { readonly [P in K]?: Documented };
}

/** Everything known of an enum. */
export interface EnumFacts {
  readonly name: string;
  readonly members: ReadonlyMap<string, number>;
  readonly options: EnumOptions;
}

/** An enum that fields can have; `E` is the union of its values. */
export interface EnumType<E = number> {
  readonly [enumFacts]: EnumFacts;
  /** Only a type: what a property of this enum holds. */
  readonly [enumValue]?: E;
}

declare const enumValue: unique symbol;

/** Any enum, whatever its values. */
export type AnyEnumType = EnumType<unknown>;

/** The union of an enum's values: `type Color = EnumValue<typeof Color>`. */
export type EnumValue<T> = T extends EnumType<infer E> ? E : never;

/**
 * Declares a protobuf enum from a TypeScript enum or a plain object of numbers:
 *
 * ```ts
 * const Color = enumType("Color", { Unspecified: 0, Red: 1 });
 * type Color = EnumValue<typeof Color>;
 * ```
 *
 * The result has the same members (`Color.Red`) and is what `@field(1, Color)` takes. Value names
 * become `COLOR_RED`. A member of value 0 is required by proto3; what is wrong with members is
 * raised on `finalize()`.
 */
export function enumType<const M extends Readonly<Record<string, string | number>>>(
  name: string,
  members: M,
  options: EnumOptions<keyof M & string> = {},
): M & EnumType<Extract<M[keyof M], number>> {
  validateEnumReserved(name, options.reserved);
  const byName = new Map<string, number>();
  for (const [key, value] of Object.entries(members)) {
    // A TypeScript enum also maps its numbers back to names; those entries are not members.
    if (!/^-?\d+$/.test(key)) byName.set(key, value as number);
  }
  const facts: EnumFacts = { name, members: byName, options: options as EnumOptions };
  const type = Object.defineProperty({ ...members }, enumFacts, { value: facts });
  return Object.freeze(type) as unknown as M & EnumType<Extract<M[keyof M], number>>;
}

/** The facts of an enum object, or `undefined` for anything else. */
export function enumFactsOf(type: unknown): EnumFacts | undefined {
  return typeof type === "object" && type !== null
    ? (type as Partial<EnumType>)[enumFacts]
    : undefined;
}
