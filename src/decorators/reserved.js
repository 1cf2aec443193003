import { SluiceError } from "../errors.js";
/** Field numbers run from 1 to 2^29 - 1; 19000 to 19999 belong to protobuf itself. */
export const maxFieldNumber = 536_870_911;
/** Whether a field number is in the range that protobuf keeps for itself. */
export function isProtobufsOwn(number) {
    return number >= 19_000 && number <= 19_999;
}
/** Refuses reserved field numbers and names that are malformed or say the same twice. */
export function validateMessageReserved(owner, reserved) {
    validateReserved(owner, reserved, (n) => n >= 1 && n <= maxFieldNumber && !isProtobufsOwn(n), `from 1 to ${maxFieldNumber} without 19000 to 19999`);
}
/** The same for the numbers and value names of an enum. */
export function validateEnumReserved(owner, reserved) {
    validateReserved(owner, reserved, (n) => n === (n | 0), "of 32 bits");
}
function validateReserved(owner, reserved = [], isInRange, range) {
    const refuse = (entry, reason) => {
        throw new SluiceError("reserved_invalid", `${owner} reserves ${entry}, ${reason}. Write for example reserved: [4, [10, 19], "old_name"].`);
    };
    const names = new Set();
    const ranges = [];
    for (const entry of reserved) {
        if (typeof entry === "string") {
            if (!/^[A-Za-z_]\w*$/.test(entry))
                refuse(`"${entry}"`, "which is no proto identifier");
            if (names.has(entry))
                refuse(`"${entry}"`, "and does so twice");
            names.add(entry);
            continue;
        }
        const [from, to] = rangeOf(entry);
        const text = rangeText([from, to]);
        if (![from, to].every((n) => Number.isInteger(n) && isInRange(n)) || from > to) {
            refuse(text, `but numbers here are integers ${range}, the lower end first`);
        }
        const other = ranges.find((range) => range[0] <= to && from <= range[1]);
        if (other !== undefined)
            refuse(text, `part of which is in ${rangeText(other)} already`);
        ranges.push([from, to]);
    }
}
/** Whether a number is reserved, by itself or in a range. */
export function isReservedNumber(reserved = [], number) {
    return reserved.some((entry) => {
        if (typeof entry === "string")
            return false;
        const [from, to] = rangeOf(entry);
        return number >= from && number <= to;
    });
}
function rangeText([from, to]) {
    return from === to ? `${from}` : `${from} to ${to}`;
}
function rangeOf(entry) {
    return typeof entry === "number" ? [entry, entry] : entry;
}
