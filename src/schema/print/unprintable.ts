import { SluiceError } from "../../errors.js";

/**
 * Refuses a descriptor: `element` (its kind and full name) holds something that proto3 text has no
 * words for. Printing the rest would silently change the schema, so nothing is printed at all.
 */
export function unprintable(element: string, reason: string): never {
  throw new SluiceError("proto_unprintable", `Cannot print ${element} as proto3: ${reason}`);
}
