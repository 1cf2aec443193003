import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { Edition, FeatureSet_FieldPresence, isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { enumText, type ScalarText, scalarTexts } from "./scalar-types.js";

/** What a single value of a field is: the field itself, or an element of its list or map. */
export type ValueShape =
  | { readonly kind: "scalar"; readonly scalar: ScalarText }
  | { readonly kind: "message"; readonly desc: DescMessage }
  /** A message that wraps a scalar, in a place where @bufbuild/protobuf shows only the scalar. */
  | { readonly kind: "wrapper"; readonly scalar: ScalarText }
  /** Left to @bufbuild/protobuf whenever one is met. */
  | { readonly kind: "unusual" };

/**
 * Whether code is compiled for messages of this type: for plain objects by the rules of proto3.
 * Others have defaults on a prototype, required fields, groups.
 */
export function isCompiled(desc: DescMessage): boolean {
  return (
    desc.file.edition === Edition.EDITION_PROTO3 &&
    // What every object inherits would look like a field that is set; __proto__ cannot be one.
    !desc.members.some((member) => member.localName in Object.prototype) &&
    desc.fields.every(isPlain)
  );
}

/** Whether enums are open, as they are in proto3, and 64-bit integers are bigints. */
function isPlain(field: DescField): boolean {
  return (field.enum?.open ?? true) && !("longAsString" in field && field.longAsString);
}

export function valueShape(field: DescField): ValueShape {
  const { message, parent, fieldKind, oneof } = field;
  if (message === undefined) {
    const scalar = field.enum ? enumText(field.enum) : scalarTexts[field.scalar!];
    return { kind: "scalar", scalar };
  }
  const isJson =
    message.typeName === "google.protobuf.Struct" && parent.typeName !== "google.protobuf.Value";
  if (isJson || !isCompiled(message)) return { kind: "unusual" };
  return fieldKind === "message" && oneof === undefined && isWrapperDesc(message)
    ? { kind: "wrapper", scalar: scalarTexts[message.fields[0]!.scalar!] }
    : { kind: "message", desc: message };
}

/** Whether a field is unset when it has its zero value. */
export function isImplicit(field: DescField): boolean {
  return field.presence === FeatureSet_FieldPresence.IMPLICIT;
}

/** The condition for a value to be another than zero. */
export function isSetText({ method, zero }: ScalarText, value: string): string {
  if (method === "bytes") return `!(${value} instanceof Uint8Array) || ${value}.length > 0`;
  // The other zero, -0, is a value of its own.
  if (method === "double" || method === "float") return `!Object.is(${value}, 0)`;
  return `${value} !== ${zero}`;
}

export function tagOf({ number }: { readonly number: number }, wireType: number): number {
  return ((number << 3) | wireType) >>> 0;
}
