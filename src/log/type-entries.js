import { asBuffer } from "./tables.js";
/** A type as it is kept in the table `types`: as JSON. */
export function encodeType(type) {
    return Buffer.from(JSON.stringify(type));
}
export function decodeType(bytes) {
    return JSON.parse(asBuffer(bytes).toString("utf8"));
}
