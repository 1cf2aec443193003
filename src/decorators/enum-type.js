import { validateEnumReserved } from "./reserved.js";
/** The key under which an enum object carries its facts; shared by all copies of this module. */
export const enumFacts = Symbol.for("sluice.enum");
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
export function enumType(name, members, options = {}) {
    validateEnumReserved(name, options.reserved);
    const byName = new Map();
    for (const [key, value] of Object.entries(members)) {
        // A TypeScript enum also maps its numbers back to names; those entries are not members.
        if (!/^-?\d+$/.test(key))
            byName.set(key, value);
    }
    const facts = { name, members: byName, options: options };
    const type = Object.defineProperty({ ...members }, enumFacts, { value: facts });
    return Object.freeze(type);
}
/** The facts of an enum object, or `undefined` for anything else. */
export function enumFactsOf(type) {
    return typeof type === "object" && type !== null
        ? type[enumFacts]
        : undefined;
}
