import {
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  EnumOptionsSchema,
  EnumValueOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { type Path, type PrintContext, qualify } from "./context.js";
import { identifier, quote } from "./literals.js";
import { bracketOptions, listOptions, printOptions } from "./options.js";
import { enumRanges, printReserved } from "./reserved.js";
import { unprintable } from "./unprintable.js";

const { field } = EnumDescriptorProtoSchema;

/** Prints an enum; `scope` is the full name of the package or message it stands in. */
export function printEnum(
  context: PrintContext,
  desc: EnumDescriptorProto,
  path: Path,
  scope: string,
): void {
  const { out, comments } = context;
  const name = qualify(scope, desc.name);
  const element = `enum ${name}`;
  out.block(`enum ${identifier(desc.name, element)}`, comments.take(path), () => {
    const options = listOptions(EnumOptionsSchema, desc.options, element);
    printOptions(context, options, [...path, field.options.number]);
    const ranges = enumRanges(desc.reservedRange, element);
    printReserved(context, ranges, [...path, field.reservedRange.number]);
    printReserved(context, desc.reservedName.map(quote), [...path, field.reservedName.number]);
    out.gap();
    desc.value.forEach((value, i) => {
      const text = formatValue(value, `enum value ${qualify(name, value.name)}`);
      out.statement(text, comments.take([...path, field.value.number, i]));
    });
  });
}

function formatValue(
  { name, number, options }: EnumDescriptorProto["value"][number],
  element: string,
): string {
  // Both begin a statement of their own; protoc has no spelling for a value of that name.
  if (name === "option" || name === "reserved") {
    unprintable(element, `an enum value cannot be named ${name}`);
  }
  const brackets = bracketOptions(listOptions(EnumValueOptionsSchema, options, element));
  return `${identifier(name, element)} = ${number}${brackets};`;
}
