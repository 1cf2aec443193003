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

/** Whether messages of this type are of the kind that is compiled: proto3, as most are. */
export function isCompiled(desc: DescMessage): boolean {
  return (
    desc.file.edition === Edition.EDITION_PROTO3 &&
    // Nothing that is named so can be written into an object literal.
    desc.members.every((member) => member.localName !== "__proto__")
  );
}

export function valueShape(field: DescField): ValueShape {
  if (field.message !== undefined) {
    const { message, parent, fieldKind, oneof } = field;
    const isJson =
      message.typeName === "google.protobuf.Struct" && parent.typeName !== "google.protobuf.Value";
    if (isJson || !isCompiled(message)) return { kind: "unusual" };
    if (fieldKind !== "message" || oneof !== undefined || !isWrapperDesc(message)) {
      return { kind: "message", desc: message };
    }
    return { kind: "wrapper", scalar: scalarTexts[message.fields[0]!.scalar!] };
  }
  if (field.enum !== undefined) {
    return field.enum.open ? { kind: "scalar", scalar: enumText(field.enum) } : { kind: "unusual" };
  }
  const isText = "longAsString" in field && field.longAsString;
  return isText ? { kind: "unusual" } : { kind: "scalar", scalar: scalarTexts[field.scalar!] };
}

/** Whether a field is unset when it has its zero value. */
export function isImplicit(field: DescField): boolean {
  return field.presence === FeatureSet_FieldPresence.IMPLICIT;
}

export function tagOf({ number }: { readonly number: number }, wireType: number): number {
  return ((number << 3) | wireType) >>> 0;
}
