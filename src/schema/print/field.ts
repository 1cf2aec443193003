import { isFieldSet } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { jsonName } from "../names.js";
import { type PrintContext, qualify } from "./context.js";
import { identifier, quote } from "./literals.js";
import { bracketOptions, listOptions, type OptionText, sortOptions } from "./options.js";
import { unprintable } from "./unprintable.js";

/** The statement for a field of the message `scope`; `entry` is the type behind a map field. */
export function formatField(
  context: PrintContext,
  field: FieldDescriptorProto,
  entry: DescriptorProto | undefined,
  scope: string,
): string {
  const element = `field ${qualify(scope, field.name)}`;
  const type =
    entry === undefined
      ? formatLabel(field, element) + formatType(context, field, scope, element)
      : formatMap(context, entry, scope, element);
  const options = sortOptions([
    ...jsonNameOption(field),
    ...listOptions(FieldOptionsSchema, field.options, element),
  ]);
  const name = identifier(field.name, element);
  return `${type} ${name} = ${field.number}${bracketOptions(options)};`;
}

function formatMap(
  context: PrintContext,
  { field: [key, value] }: DescriptorProto,
  scope: string,
  element: string,
): string {
  if (key === undefined || value === undefined) {
    unprintable(element, "its map entry lacks a key or value");
  }
  const [keyType, valueType] = [key, value].map((f) => formatType(context, f, scope, element));
  return `map<${keyType}, ${valueType}>`;
}

function formatLabel(field: FieldDescriptorProto, element: string): string {
  if (field.label === Label.REQUIRED) unprintable(element, "proto3 has no required fields");
  if (field.label === Label.REPEATED) return "repeated ";
  return field.proto3Optional ? "optional " : "";
}

function formatType(
  { types }: PrintContext,
  field: FieldDescriptorProto,
  scope: string,
  element: string,
): string {
  if (!isFieldSet(field, FieldDescriptorProtoSchema.field.type)) {
    unprintable(element, "its type is not set");
  }
  if (field.type === Type.MESSAGE || field.type === Type.ENUM) {
    return types.shorten(field.typeName, scope, "field", element);
  }
  if (field.type === Type.GROUP) unprintable(element, "proto3 has no groups");
  if (field.typeName !== "") unprintable(element, "it is a scalar and has a type name");
  const name = Type[field.type];
  return name?.toLowerCase() ?? unprintable(element, `${field.type} is no field type`);
}

/** Compilers write the JSON name into every descriptor; only one they would not choose is said. */
function jsonNameOption(field: FieldDescriptorProto): OptionText[] {
  const isChosen =
    isFieldSet(field, FieldDescriptorProtoSchema.field.jsonName) &&
    field.jsonName !== jsonName(field.name);
  return isChosen ? [{ name: "json_name", value: quote(field.jsonName), number: 0 }] : [];
}
