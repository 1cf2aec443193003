import { isFieldSet } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  MessageOptionsSchema,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { jsonName } from "../names.js";
import { qualify } from "./context.js";
import { listOptions } from "./options.js";
import { unprintable } from "./unprintable.js";

/** A map entry and its position among the nested types. */
interface MapEntry {
  readonly desc: DescriptorProto;
  readonly index: number;
}

/**
 * The map entries of `message` by the position of their field. A map has no descriptor of its own:
 * it is a repeated field of a nested message that compilers make up. Only what is exactly like that
 * can be printed as a map.
 */
export function findMapEntries(message: DescriptorProto, name: string): Map<number, MapEntry> {
  const entries = new Map<number, MapEntry>();
  message.nestedType.forEach((desc, index) => {
    if (!desc.options?.mapEntry) return;
    const typeName = `.${qualify(name, desc.name)}`;
    const element = `map entry ${typeName.slice(1)}`;
    const users = [...message.field.entries()].filter(([, field]) => field.typeName === typeName);
    const [user] = users;
    if (user === undefined || users.length > 1) {
      unprintable(element, `${users.length} fields have it as their type, not one`);
    }
    checkEntry(desc, user[1], element);
    entries.set(user[0], { desc, index });
  });
  return entries;
}

function checkEntry(entry: DescriptorProto, field: FieldDescriptorProto, element: string): void {
  const expected = mapEntryName(field.name);
  if (entry.name !== expected) unprintable(element, `the entry of its field is named ${expected}`);
  if (field.label !== Label.REPEATED || field.type !== Type.MESSAGE) {
    unprintable(element, `its field ${field.name} is not a repeated message field`);
  }
  const [key, value, ...others] = entry.field;
  const isPlain =
    isPlainField(key, "key", 1) && isPlainField(value, "value", 2) && others.length === 0;
  const extras =
    entry.nestedType.length +
    entry.enumType.length +
    entry.oneofDecl.length +
    entry.reservedRange.length +
    entry.reservedName.length;
  const options = listOptions(MessageOptionsSchema, entry.options, element);
  if (!isPlain || extras > 0 || options.length > 1) {
    unprintable(element, "it holds more than the plain fields key = 1 and value = 2");
  }
}

function isPlainField(field: FieldDescriptorProto | undefined, name: string, number: number) {
  const { jsonName, oneofIndex, options } = FieldDescriptorProtoSchema.field;
  return (
    field !== undefined &&
    field.name === name &&
    field.number === number &&
    field.label === Label.OPTIONAL &&
    (!isFieldSet(field, jsonName) || field.jsonName === name) &&
    !isFieldSet(field, oneofIndex) &&
    !isFieldSet(field, options) &&
    !field.proto3Optional
  );
}

/** The name compilers give the entry message of a map field (`MapEntryName` in protoc). */
function mapEntryName(fieldName: string): string {
  const camel = jsonName(fieldName);
  return `${camel.charAt(0).toUpperCase()}${camel.slice(1)}Entry`;
}
