import { create, createFileRegistry, type DescMethod } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  file_google_protobuf_struct,
  ValueSchema,
} from "@bufbuild/protobuf/wkt";
import type { MethodName } from "./find-method.js";

/**
 * A unary method of which only the name is known. `google.protobuf.Value` is any JSON, so that
 * with Connect's JSON encoding it stands in for whatever the messages really are.
 */
export function schemalessMethod({ service, method }: MethodName): DescMethod {
  const dot = service.lastIndexOf(".");
  const value = `.${ValueSchema.typeName}`;
  const file = create(FileDescriptorProtoSchema, {
    name: "schemaless.proto",
    syntax: "proto3",
    package: service.slice(0, Math.max(dot, 0)),
    dependency: [file_google_protobuf_struct.proto.name],
    service: [
      {
        name: service.slice(dot + 1),
        method: [{ name: method, inputType: value, outputType: value }],
      },
    ],
  });
  const registry = createFileRegistry(file, () => file_google_protobuf_struct);
  return registry.getService(service)!.methods[0]!;
}
