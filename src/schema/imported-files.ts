import type { DescFile } from "@bufbuild/protobuf";
import { file_google_protobuf_empty, file_google_protobuf_timestamp } from "@bufbuild/protobuf/wkt";
import type { PackageModel, SchemaModel, ValueModel } from "./model.js";

/** The .proto files a model mentions without declaring them, and those they import in turn. */
export function importedFiles({ packages, contracts }: SchemaModel): Map<string, DescFile> {
  const files = new Map<string, DescFile>();
  const add = (file: DescFile): void => {
    const path = filePath(file);
    if (files.has(path)) return;
    files.set(path, file);
    file.dependencies.forEach(add);
  };
  add(file_google_protobuf_timestamp);
  add(file_google_protobuf_empty);
  for (const { contract } of contracts) add(contract.file);
  for (const model of packages) {
    for (const value of fieldValues(model)) if (value.kind === "generated") add(value.desc.file);
    for (const { methods } of model.services) {
      for (const { message } of methods.flatMap((m) => [m.request, m.response])) {
        if ("file" in message) add(message.file);
      }
    }
  }
  return files;
}

/** The path of the .proto file that a descriptor was generated from. */
export function filePath(file: DescFile): string {
  return `${file.name}.proto`;
}

function fieldValues({ messages }: PackageModel): ValueModel[] {
  return messages.flatMap(({ fields }) => fields.map(({ value }) => value));
}
