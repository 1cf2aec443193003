import { create, type DescMessage, isFieldSet, isMessage, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  DescriptorProtoSchema,
  EnumValueDescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  OneofDescriptorProtoSchema,
  SourceCodeInfoSchema,
} from "@bufbuild/protobuf/wkt";
import type { Draw } from "./draw.js";

/** Where detached comments may stand: on any element, or only where nothing else could claim them. */
export type DetachedPlaces = "anywhere" | "top-level";

/** Puts random comments on the elements of `file`. */
export function addComments(file: FileDescriptorProto, draw: Draw, detached: DetachedPlaces): void {
  const paths = statementPaths(FileDescriptorProtoSchema, file);
  // Behind the last statement of a file without types: buf does not find a comment there.
  const canTrail = file.messageType.length + file.enumType.length + file.service.length > 0;
  const location = paths
    .filter(() => draw.chance(25))
    .map((path) => {
      const isTopLevel =
        path.length === 1 || (path.length === 2 && (path[0] ?? 0) >= 4 && path[0] !== 8);
      return {
        path,
        span: [0, 0, 0],
        leadingComments: draw.chance(60) ? comment(draw) : "",
        trailingComments: canTrail && draw.chance(40) ? comment(draw) : "",
        leadingDetachedComments:
          (isTopLevel || detached === "anywhere") && draw.chance(40)
            ? Array.from({ length: 1 + draw.nat(1) }, () => comment(draw))
            : [],
      };
    });
  file.sourceCodeInfo = create(SourceCodeInfoSchema, { location });
}

const lines = [
  " Says something.",
  "",
  "",
  "No blank in front",
  "   indented, with blanks after it \t ",
  " */ ends a block comment, /* begins one",
  "// a comment in a comment",
  "/ three slashes",
  " \"quoted\", 'quoted', \\ and \\n",
  " } option x = 1; message {",
  " größer 漢字 🚀 \u00a0",
  ` ${"very long ".repeat(60)}`,
  "\r",
  " mac\rline",
];

/** Text of a comment as descriptors have it: lines that mostly begin with a blank and end in \n. */
function comment(draw: Draw): string {
  const count = 1 + (draw.chance(50) ? draw.nat(4) : 0);
  const drawn = Array.from({ length: count }, () =>
    draw.chance(20) ? draw.text() : draw.pick(lines),
  );
  return drawn.join("\n") + (draw.chance(80) ? "\n" : "");
}

/** Paths of all that becomes a statement of its own in the text, and so may have comments. */
function statementPaths(schema: DescMessage, message: Message, path: number[] = []): number[][] {
  const value = reflect(schema, message);
  return schema.fields
    .filter((field) => isFieldSet(message, field))
    .flatMap((field): number[][] => {
      const own = [...path, field.number];
      switch (field.name) {
        case "syntax":
        case "package":
        case "reserved_range":
        case "reserved_name":
          return [own];
        case "dependency":
          return (message as FileDescriptorProto).dependency.map((_, i) => [...own, i]);
        case "options": {
          // In brackets, where protobuf knows no comments.
          const isBracketed = [FieldDescriptorProtoSchema, EnumValueDescriptorProtoSchema];
          if (isBracketed.some(({ typeName }) => typeName === schema.typeName)) return [];
          const options = value.get(field) as unknown as { message: Message };
          const set = field.message?.fields.filter((option) => isFieldSet(options.message, option));
          return set?.map((option) => [...own, option.number]) ?? [];
        }
      }
      if (field.fieldKind !== "list" || field.listKind !== "message") return [];
      const items = Array.from(value.get(field) as Iterable<{ message: Message }>);
      return items.flatMap((item, i) => {
        if (isMadeUp(message, item.message)) return [];
        return [[...own, i], ...statementPaths(field.message, item.message, [...own, i])];
      });
    });
}

/** Map entries, and the oneofs behind optional fields: they have no text of their own. */
function isMadeUp(parent: Message, item: Message): boolean {
  if (isMessage(item, DescriptorProtoSchema)) return item.options?.mapEntry === true;
  if (!isMessage(item, OneofDescriptorProtoSchema)) return false;
  if (!isMessage(parent, DescriptorProtoSchema)) return false;
  return parent.field.some((f) => f.proto3Optional && parent.oneofDecl[f.oneofIndex] === item);
}
