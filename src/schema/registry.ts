import {
  createFileRegistry,
  createRegistry,
  type DescFile,
  type DescMessage,
  type DescService,
  type Registry,
} from "@bufbuild/protobuf";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { importedFiles } from "./imported-files.js";
import type { SchemaModel } from "./model.js";

/** The descriptors of a model: what handlers, clients and reflection work with. */
export interface SchemaRegistry {
  readonly files: readonly DescFile[];
  /** Every type of these files, of contracts, and of whatever they import. */
  readonly types: Registry;
  message(typeName: string): DescMessage;
  service(typeName: string): DescService;
}

/**
 * Links file descriptors. Files that classes import from .proto files (well-known types, users'
 * own) are taken as they are, so that their descriptors stay identical with the generated ones.
 */
export function linkFiles(
  model: SchemaModel,
  protos: readonly FileDescriptorProto[],
): SchemaRegistry {
  const imported = importedFiles(model);
  const linked = new Map<string, DescFile>();
  for (const proto of protos) {
    const registry = createFileRegistry(proto, (path) => linked.get(path) ?? imported.get(path));
    linked.set(proto.name, registry.getFile(proto.name)!);
  }
  const files = [...linked.values()];
  const types = createRegistry(...imported.values(), ...files);
  return {
    files,
    types,
    message: (typeName) => types.getMessage(typeName)!,
    service: (typeName) => types.getService(typeName)!,
  };
}
