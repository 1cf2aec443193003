import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";

/** What a file descriptor is made from. */
export type FileInit = MessageInitShape<typeof FileDescriptorProtoSchema>;

/** What a field descriptor is made from. */
export type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;

/** A proto3 file descriptor of package demo.v1, unless `init` says otherwise. */
export function protoFile(init: FileInit = {}): FileDescriptorProto {
  const base = { name: "demo/v1/demo.proto", package: "demo.v1", syntax: "proto3" };
  return create(FileDescriptorProtoSchema, { ...base, ...init } as FileInit);
}

/**
 * A field of a scalar type (`"int32"`), a message (`".demo.v1.Thing"`) or, with `enum` before it,
 * an enum (`"enum .demo.v1.Color"`).
 */
export function field(name: string, number: number, type: string, init: FieldInit = {}): FieldInit {
  const [first = "", second] = type.split(" ");
  const typed = first.startsWith(".")
    ? { type: Type.MESSAGE, typeName: first }
    : { type: Type[first.toUpperCase() as keyof typeof Type], typeName: second };
  return { name, number, label: Label.OPTIONAL, ...typed, ...init } as FieldInit;
}

/** The same, repeated. */
export function repeated(name: string, number: number, type: string, init: FieldInit = {}) {
  return field(name, number, type, { label: Label.REPEATED, ...init } as FieldInit);
}

/** The made-up message behind a map field. */
export function mapEntry(name: string, key: string, value: string) {
  return {
    name,
    field: [field("key", 1, key), field("value", 2, value)],
    options: { mapEntry: true },
  };
}
