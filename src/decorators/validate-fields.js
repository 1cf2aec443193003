import { SluiceError } from "../errors.js";
import { nativeFieldType } from "./native-types.js";
import { isProtobufsOwn, isReservedNumber, maxFieldNumber, validateMessageReserved, } from "./reserved.js";
/**
 * Refuses mistakes that are visible when a message class is defined, naming the property and the
 * line to write. What needs other classes (thunks) or names in proto is checked on finalize.
 */
export function validateFields(target, fields, options) {
    if (target.length > 0) {
        throw new SluiceError("message_constructor", `${target.name} has a constructor with parameters, but messages are made with ` +
            `\`new ${target.name}()\`. Give the parameters default values or remove them.`);
    }
    validateMessageReserved(target.name, options.reserved);
    const byNumber = new Map();
    for (const field of fields) {
        const where = `${target.name}.${field.property}`;
        checkNumber(where, field.number);
        checkReserved(where, field, options);
        const other = byNumber.get(field.number);
        if (other !== undefined) {
            throw new SluiceError("field_number_duplicate", `${where} and ${target.name}.${other.property} both have number ${field.number}. ` +
                `Write @field(${freeNumber(fields, options)}, …) for the newer of the two.`);
        }
        byNumber.set(field.number, field);
        checkType(where, field);
        if (field.options.optional && field.options.oneof !== undefined) {
            throw new SluiceError("field_options_conflict", `${where} is both optional and in oneof "${field.options.oneof}"; ` +
                "members of a oneof have presence already. Remove `optional: true`.");
        }
    }
}
function checkNumber(where, number) {
    const inRange = Number.isInteger(number) && number >= 1 && number <= maxFieldNumber;
    if (inRange && !isProtobufsOwn(number))
        return;
    throw new SluiceError("field_number_invalid", `${where} has number ${number}; field numbers are integers from 1 to ${maxFieldNumber} ` +
        "without 19000 to 19999. Write @field(n, …) with such a number.");
}
function checkReserved(where, field, { reserved = [] }) {
    if (!isReservedNumber(reserved, field.number))
        return;
    throw new SluiceError("field_reserved", `${where} uses number ${field.number}, which its message reserves: it had another meaning ` +
        "once. Write @field(n, …) with a number that was never used.");
}
function checkType(where, field) {
    if (field.type !== undefined || nativeFieldType(field.designType) !== undefined)
        return;
    throw new SluiceError("field_type_missing", `${where} has no type: ${untypedReason(field)}. Write the type: @field(${field.number}, "string"), ` +
        `@field(${field.number}, repeated("int32")) or @field(${field.number}, () => SomeMessage).`);
}
function untypedReason({ designType, isTypeGiven }) {
    if (isTypeGiven) {
        return "what the decorator names is undefined when it runs (a class defined further down, or imported in a circle)";
    }
    if (designType === undefined) {
        return ("the decorator names none and the compiler emitted no type metadata " +
            "(esbuild, tsx and vite 7 never do, others if emitDecoratorMetadata is on; standard " +
            "decorators have none)");
    }
    const seen = typeof designType === "function" ? designType.name : typeof designType;
    return `the decorator names none and the compiler only recorded "${seen}", which does not say what is in it`;
}
/** The number to suggest: after the highest one in use and all reserved ones above it. */
function freeNumber(fields, { reserved = [] }) {
    let number = Math.max(...fields.map((field) => field.number)) + 1;
    while (isReservedNumber(reserved, number) || isProtobufsOwn(number))
        number++;
    return number <= maxFieldNumber ? number : "n";
}
