import { isFieldSet } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  FieldDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  OneofOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { qualify } from "./context.js";
import { listOptions } from "./options.js";
import { unprintable } from "./unprintable.js";

/**
 * Positions of the fields that are `optional`. In a descriptor each of them is the only member of
 * a oneof that compilers make up: after the declared ones, in the order of the fields, and with a
 * name of their own making. Anything else cannot be said with the word `optional`.
 */
export function listSyntheticOneofs(message: DescriptorProto, name: string): Set<number> {
  const optional = message.field.flatMap((field, i) => (field.proto3Optional ? [i] : []));
  const declared = message.oneofDecl.length - optional.length;
  const taken = new Set(
    [...message.field, ...message.oneofDecl.slice(0, Math.max(0, declared))].map((m) => m.name),
  );
  optional.forEach((position, i) => {
    const field = message.field[position];
    if (field === undefined) return;
    const element = `field ${qualify(name, field.name)}`;
    const oneof = message.oneofDecl[declared + i];
    const isMember = isFieldSet(field, FieldDescriptorProtoSchema.field.oneofIndex);
    if (field.label !== Label.OPTIONAL) unprintable(element, "it is both repeated and optional");
    if (oneof === undefined || !isMember || field.oneofIndex !== declared + i) {
      unprintable(element, "it is optional, but the matching oneof is not where compilers put it");
    }
    const expected = syntheticName(field.name, taken);
    taken.add(expected);
    if (oneof.name !== expected)
      unprintable(element, `the oneof behind it is not named ${expected}`);
    listOptions(OneofOptionsSchema, oneof.options, element);
  });
  return new Set(optional);
}

/** As `GenerateSyntheticOneofs` in protoc's parser.cc. */
function syntheticName(fieldName: string, taken: ReadonlySet<string>): string {
  let name = fieldName.startsWith("_") ? fieldName : `_${fieldName}`;
  while (taken.has(name)) name = `X${name}`;
  return name;
}
