import type { EventType } from "./model/event.js";
import { asBuffer } from "./tables.js";

/** A type as it is kept in the table `types`: as JSON. */
export function encodeType(type: EventType): Uint8Array {
  return Buffer.from(JSON.stringify(type));
}

export function decodeType(bytes: Uint8Array): EventType {
  return JSON.parse(asBuffer(bytes).toString("utf8"));
}
