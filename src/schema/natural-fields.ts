import type { DescMessage } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";

/**
 * Whether @bufbuild/protobuf shows a field of this well-known type by its natural value (a Struct
 * as a JSON object, a StringValue as a string) and not as the message.
 */
export function isNaturalField(desc: DescMessage): boolean {
  return desc.typeName === "google.protobuf.Struct" || isWrapperDesc(desc);
}
