import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { CommentTable } from "./comments.js";
import type { PrintContext } from "./context.js";
import { printEnum } from "./enum.js";
import { describePath, refuseInexpressible } from "./expressible.js";
import { printHeader } from "./header.js";
import { printMessage } from "./message.js";
import { ProtoPrinter } from "./printer.js";
import { printService } from "./service.js";
import { TypeNames } from "./type-names.js";
import { unprintable } from "./unprintable.js";

/**
 * The proto3 source text of a file descriptor, laid out exactly as `buf format` leaves it. Compiling
 * the text gives the same descriptor, with imports sorted; services come first, then messages and
 * enums, each in the order they have.
 *
 * Comments are read from `file.sourceCodeInfo`, and all their words are printed. Leading comments
 * stay with their element. Others may move where blank lines cannot keep them apart: a detached
 * comment directly after an opening brace, or between imports or file options, may be taken for the
 * trailing comment of what is above it; trailing comments above the types become one line.
 *
 * `imports` are the files that `file` imports, directly or by `import public`. They make shortened
 * type names provably right: without them, a package or message that only an import declares, and
 * that has the name of the first part of a type's name, goes unnoticed.
 *
 * Throws an error that names the element if the descriptor has anything proto3 text cannot say, such
 * as proto2 or editions syntax, extensions, groups and custom options.
 */
export function printProto(
  file: FileDescriptorProto,
  imports: readonly FileDescriptorProto[] = [],
): string {
  refuseInexpressible(file);
  const context: PrintContext = {
    out: new ProtoPrinter(),
    comments: new CommentTable(file.sourceCodeInfo),
    types: new TypeNames(file, imports),
  };
  const { service, messageType, enumType } = FileDescriptorProtoSchema.field;
  printHeader(context, file);
  file.service.forEach((s, i) => {
    printService(context, s, [service.number, i], file.package);
  });
  file.messageType.forEach((m, i) => {
    printMessage(context, m, [messageType.number, i], file.package);
  });
  file.enumType.forEach((e, i) => {
    printEnum(context, e, [enumType.number, i], file.package);
  });
  const [path] = context.comments.untaken();
  if (path !== undefined) {
    unprintable(`file ${file.name}`, `nothing is printed for the comment at ${describePath(path)}`);
  }
  return context.out.toString();
}
