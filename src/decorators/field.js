import { SluiceError } from "../errors.js";
import { designTypeOf } from "./design-types.js";
import { addFact, ownFacts } from "./facts.js";
import { memberName, memberOf } from "./member.js";
/**
 * A message field: `@field(1, "string") name!: string`.
 *
 * The number is the field's identity on the wire: never change it and never use it again. The
 * type is checked by the compiler against the property. Left out, it is taken from the metadata
 * of `emitDecoratorMetadata` where that is plain enough: String, Boolean, Number (`double`),
 * BigInt (`int64`), Date (`google.protobuf.Timestamp`), Uint8Array (`bytes`) or a message class.
 */
export function field(number, type, options) {
    // biome-ignore lint/complexity/noArguments: counts what was passed, undefined or not
    const isTypeGiven = arguments.length === 2;
    return (target, context, descriptor) => {
        const property = memberOf("field", target, context);
        const where = memberName(target, context);
        refuseMethods(where, number, property, context, descriptor);
        refuseInheritedNames(where, number, property);
        const facts = {
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
function refuseMethods(where, number, property, context, descriptor) {
    const isProperty = typeof context === "object"
        ? context.kind === "field"
        : descriptor?.value === undefined && !descriptor?.get && !descriptor?.set;
    if (isProperty)
        return;
    throw new SluiceError("member_unsupported", `@field() works on properties; ${where} is a method or an accessor. ` +
        `Write \`@field(${number}, "string") ${property}!: string\`.`);
}
/** A plain object without this field would still have something of its name. */
function refuseInheritedNames(where, number, property) {
    if (!(property in Object.prototype))
        return;
    throw new SluiceError("member_unsupported", `${where} has a name that every object inherits. Choose another, and keep it in proto: ` +
        `@field(${number}, …, { name: "${property}" }).`);
}
