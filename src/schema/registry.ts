import {
  createFileRegistry,
  type DescFile,
  type DescMessage,
  type DescService,
} from "@bufbuild/protobuf";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import * as wkt from "@bufbuild/protobuf/wkt";
import type { SchemaModel, ValueModel } from "./model.js";

/** The descriptors of a model: what handlers, clients and reflection work with. */
export interface SchemaRegistry {
  readonly files: readonly DescFile[];
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
  const messages = new Map<string, DescMessage>();
  const services = new Map<string, DescService>();
  const addMessage = (desc: DescMessage): void => {
    messages.set(desc.typeName, desc);
    desc.nestedMessages.forEach(addMessage);
  };
  for (const file of linked.values()) {
    file.messages.forEach(addMessage);
    for (const desc of file.services) services.set(desc.typeName, desc);
  }
  for (const { contract } of model.contracts) services.set(contract.typeName, contract);
  return {
    files: [...linked.values()],
    message: (typeName) => messages.get(typeName)!,
    service: (typeName) => services.get(typeName)!,
  };
}

function importedFiles(model: SchemaModel): Map<string, DescFile> {
  const files = new Map<string, DescFile>();
  const add = (file: DescFile): void => {
    files.set(`${file.name}.proto`, file);
  };
  const addValue = (value: ValueModel): void => {
    if (value.kind === "generated") add(value.desc.file);
  };
  add(wkt.file_google_protobuf_timestamp);
  add(wkt.file_google_protobuf_empty);
  for (const { messages, services } of model.packages) {
    for (const { fields } of messages) for (const { value } of fields) addValue(value);
    for (const { methods } of services) {
      for (const { message } of methods.flatMap((m) => [m.request, m.response])) {
        if ("file" in message) add(message.file);
      }
    }
  }
  return files;
}
