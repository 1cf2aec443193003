import { type DescMessage, isFieldSet, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  DescriptorProto_ReservedRangeSchema,
  DescriptorProtoSchema,
  EnumDescriptorProto_EnumReservedRangeSchema,
  EnumDescriptorProtoSchema,
  EnumValueDescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  MethodDescriptorProtoSchema,
  OneofDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { type Path, qualify } from "./context.js";
import { unprintable } from "./unprintable.js";

/**
 * What the printer knows how to say, per kind of descriptor. A list of the known rather than of the
 * unknown: what a later descriptor.proto adds is refused until somebody teaches the printer.
 * Options are left out here; options.ts goes through them field by field.
 */
const printed = new Map<string, { readonly kind: string; readonly fields: ReadonlySet<string> }>([
  known(
    FileDescriptorProtoSchema,
    "file",
    "name package dependency public_dependency weak_dependency message_type enum_type service " +
      "options source_code_info syntax",
  ),
  known(
    DescriptorProtoSchema,
    "message",
    "name field nested_type enum_type oneof_decl options reserved_range reserved_name",
  ),
  known(
    FieldDescriptorProtoSchema,
    "field",
    "name number label type type_name oneof_index json_name options proto3_optional",
  ),
  known(OneofDescriptorProtoSchema, "oneof", "name options"),
  known(EnumDescriptorProtoSchema, "enum", "name value options reserved_range reserved_name"),
  known(EnumValueDescriptorProtoSchema, "enum value", "name number options"),
  known(ServiceDescriptorProtoSchema, "service", "name method options"),
  known(
    MethodDescriptorProtoSchema,
    "method",
    "name input_type output_type options client_streaming server_streaming",
  ),
  known(DescriptorProto_ReservedRangeSchema, "reserved range", "start end"),
  known(EnumDescriptorProto_EnumReservedRangeSchema, "reserved range", "start end"),
]);

function known(schema: DescMessage, kind: string, fields: string) {
  return [schema.typeName, { kind, fields: new Set(fields.split(" ")) }] as const;
}

/** Throws if anything is set in `file` that the printer would pass over. */
export function refuseInexpressible(file: FileDescriptorProto): void {
  if (file.syntax !== "proto3") {
    unprintable(`file ${file.name}`, `its syntax is ${JSON.stringify(file.syntax || "proto2")}`);
  }
  refuseIn(FileDescriptorProtoSchema, file, "");
}

function refuseIn(schema: DescMessage, message: Message, scope: string): void {
  const entry = printed.get(schema.typeName);
  // Options and source info.
  if (entry === undefined) return;
  const own = (message as { name?: string }).name ?? "";
  const isFile = schema.typeName === FileDescriptorProtoSchema.typeName;
  const name = isFile ? own : qualify(scope, own);
  const element = `${entry.kind} ${name}`;
  const [unknown] = message.$unknown ?? [];
  if (unknown !== undefined) unprintable(element, `it has the unknown field ${unknown.no}`);
  const reflected = reflect(schema, message);
  for (const field of schema.fields) {
    if (!isFieldSet(message, field)) continue;
    if (!entry.fields.has(field.name)) unprintable(element, `it sets ${field.name}`);
    if (field.message === undefined) continue;
    const inner = isFile ? (message as FileDescriptorProto).package : name;
    const value = reflected.get(field);
    for (const item of field.fieldKind === "list" ? (value as Iterable<unknown>) : [value]) {
      refuseIn(field.message, (item as { message: Message }).message, inner);
    }
  }
}

/** A source path in words: `message_type[0].field[2].options`. */
export function describePath(path: Path): string {
  let schema: DescMessage | undefined = FileDescriptorProtoSchema;
  const parts: string[] = [];
  for (let i = 0; i < path.length; i++) {
    const field: DescMessage["fields"][number] | undefined = schema?.fields.find(
      ({ number }) => number === path[i],
    );
    const index = field?.fieldKind === "list" ? path[++i] : undefined;
    parts.push((field?.name ?? String(path[i])) + (index === undefined ? "" : `[${index}]`));
    schema = field?.message;
  }
  return parts.join(".") || "the whole file";
}
