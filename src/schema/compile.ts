import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { fileDescriptor } from "./descriptors.js";
import type { SchemaModel } from "./model.js";
import { printProto } from "./print/print-proto.js";
import { linkFiles, type SchemaRegistry } from "./registry.js";
import { resolveModel, type ServiceEntry } from "./resolve.js";

/** A .proto file: its path relative to the proto folder, and its text. */
export interface ProtoFile {
  readonly path: string;
  readonly text: string;
}

/** Everything that decorated classes amount to. */
export interface Schema {
  readonly model: SchemaModel;
  /** Linked descriptors: what is served. */
  readonly registry: SchemaRegistry;
  /** The same as file descriptors, comments included. */
  readonly protos: readonly FileDescriptorProto[];
  /** The same as text: compiled by protoc or buf, it gives these descriptors again. */
  protoFiles(): ProtoFile[];
}

/** Compiles service classes: facts → model → descriptors, and text on demand. Pure. */
export function compileSchema(services: readonly ServiceEntry[]): Schema {
  const model = resolveModel(services);
  const protos = model.packages.map(fileDescriptor);
  return {
    model,
    protos,
    registry: linkFiles(model, protos),
    protoFiles: () => protos.map((proto) => ({ path: proto.name, text: printProto(proto) })),
  };
}
