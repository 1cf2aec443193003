import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { isCompiled } from "./field-shape.js";

/** Types whose JSON is a text of its own form. */
const textual = new Set(["Timestamp", "Duration", "FieldMask"].map(wellKnown));
const special = new Set([...textual, ...["Any", "Struct", "Value", "ListValue"].map(wellKnown)]);

function wellKnown(name: string): string {
  return `google.protobuf.${name}`;
}

/** Whether the JSON of a message is a string, and not an object with its fields. */
export function isTextual(desc: DescMessage): boolean {
  return textual.has(desc.typeName);
}

/** Whether code is compiled for the JSON of messages of this type. */
export function isJsonCompiled(desc: DescMessage): boolean {
  return (
    isCompiled(desc) &&
    !special.has(desc.typeName) &&
    !isWrapperDesc(desc) &&
    hasOrdinaryKeys(desc.fields)
  );
}

/** Whether keys are different, stay in the order of the fields, and are not what objects inherit. */
function hasOrdinaryKeys(fields: readonly DescField[]): boolean {
  const keys = fields.flatMap(jsonKeys);
  return (
    new Set(keys).size === keys.length &&
    !keys.some((key) => key in Object.prototype || /^\d+$/.test(key))
  );
}

/** The keys a field may have when it is read. */
export function jsonKeys({ jsonName, name }: DescField): string[] {
  return jsonName === name ? [name] : [jsonName, name];
}
