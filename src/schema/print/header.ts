import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import type { PrintContext } from "./context.js";
import { identifier, quote } from "./literals.js";
import { listOptions, printOptions } from "./options.js";
import { unprintable } from "./unprintable.js";

const { field } = FileDescriptorProtoSchema;

/** Prints what stands above the types: syntax, package, imports and file options. */
export function printHeader(context: PrintContext, file: FileDescriptorProto): void {
  const { out, comments } = context;
  out.statement('syntax = "proto3";', comments.take([field.syntax.number]), "header");
  out.gap();
  if (file.package !== "") {
    for (const part of file.package.split(".")) identifier(part, `package ${file.package}`);
    out.statement(`package ${file.package};`, comments.take([field.package.number]), "header");
    out.gap();
  }
  printImports(context, file);
  const options = listOptions(FileOptionsSchema, file.options, `file ${file.name}`);
  printOptions(context, options, [field.options.number], "header");
}

function printImports({ out, comments }: PrintContext, file: FileDescriptorProto): void {
  const imports = file.dependency.map((path, index) => ({
    literal: quote(path),
    modifier: importModifier(file, index),
    index,
  }));
  for (const index of [...file.publicDependency, ...file.weakDependency]) {
    if (index in imports) continue;
    unprintable(`file ${file.name}`, `no import has index ${index}`);
  }
  // buf format compares the literals, quotes included, byte by byte.
  imports.sort((a, b) => Buffer.compare(Buffer.from(a.literal), Buffer.from(b.literal)));
  for (const { literal, modifier, index } of imports) {
    const path = [field.dependency.number, index];
    out.statement(`import ${modifier}${literal};`, comments.take(path), "header");
  }
  out.gap();
}

function importModifier(file: FileDescriptorProto, index: number): string {
  const isPublic = file.publicDependency.includes(index);
  const isWeak = file.weakDependency.includes(index);
  if (isPublic && isWeak) {
    unprintable(`file ${file.name}`, `import ${index} is both public and weak`);
  }
  return isPublic ? "public " : isWeak ? "weak " : "";
}
