import { isMessageClass } from "./facts.js";
/** A date is a `google.protobuf.Timestamp` on the wire. */
export const dateType = "google.protobuf.Timestamp";
const natives = new Map([
    [String, "string"],
    [Boolean, "bool"],
    [Number, "double"],
    [BigInt, "int64"],
    [Uint8Array, "bytes"],
    [Date, dateType],
]);
/**
 * What a constructor stands for: a scalar, `Date`'s timestamp, or itself when it is a message
 * class. `undefined` for every other class: an Array or Object does not say what is in it.
 */
export function nativeFieldType(type) {
    return natives.get(type) ?? (isMessageClass(type) ? type : undefined);
}
