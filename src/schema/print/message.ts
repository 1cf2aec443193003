import {
  type DescriptorProto,
  DescriptorProtoSchema,
  MessageOptionsSchema,
  OneofDescriptorProtoSchema,
  OneofOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { type Path, type PrintContext, qualify } from "./context.js";
import { printEnum } from "./enum.js";
import { formatField } from "./field.js";
import { identifier, quote } from "./literals.js";
import { type FieldMember, type OneofMember, orderMembers } from "./members.js";
import { listOptions, printOptions } from "./options.js";
import { messageRanges, printReserved } from "./reserved.js";
import { unprintable } from "./unprintable.js";

const { field: tag } = DescriptorProtoSchema;

/** Prints a message; `scope` is the full name of the package or message it stands in. */
export function printMessage(
  context: PrintContext,
  message: DescriptorProto,
  path: Path,
  scope: string,
): void {
  const { out, comments } = context;
  const name = qualify(scope, message.name);
  const element = `message ${name}`;
  out.block(`message ${identifier(message.name, element)}`, comments.take(path), () => {
    const options = listOptions(MessageOptionsSchema, message.options, element);
    if (options.some((option) => option.name === "map_entry")) {
      unprintable(element, "map_entry is not an option one may write");
    }
    printOptions(context, options, [...path, tag.options.number]);
    const ranges = messageRanges(message.reservedRange, element);
    printReserved(context, ranges, [...path, tag.reservedRange.number]);
    printReserved(context, message.reservedName.map(quote), [...path, tag.reservedName.number]);
    out.gap();
    for (const member of orderMembers(message, name)) {
      switch (member.kind) {
        case "field":
          printField(context, member, path, name);
          break;
        case "oneof":
          printOneof(context, member, path, name);
          break;
        case "message": {
          const nestedPath = [...path, tag.nestedType.number, member.index];
          printMessage(context, member.desc, nestedPath, name);
          break;
        }
      }
    }
    message.enumType.forEach((e, i) => {
      printEnum(context, e, [...path, tag.enumType.number, i], name);
    });
  });
}

function printField(
  context: PrintContext,
  { desc, index, entry }: FieldMember,
  messagePath: Path,
  scope: string,
): void {
  const text = formatField(context, desc, entry, scope);
  context.out.statement(text, context.comments.take([...messagePath, tag.field.number, index]));
}

function printOneof(
  context: PrintContext,
  { desc, index, fields }: OneofMember,
  messagePath: Path,
  scope: string,
): void {
  const { out, comments } = context;
  const path = [...messagePath, tag.oneofDecl.number, index];
  const element = `oneof ${qualify(scope, desc.name)}`;
  out.block(`oneof ${identifier(desc.name, element)}`, comments.take(path), () => {
    const options = listOptions(OneofOptionsSchema, desc.options, element);
    printOptions(context, options, [...path, OneofDescriptorProtoSchema.field.options.number]);
    for (const field of fields) printField(context, field, messagePath, scope);
  });
}
