import {
  create,
  type DescEnum,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
  ScalarType,
} from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  EnumOptionsSchema,
  EnumValueOptionsSchema,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileOptionsSchema,
  FieldDescriptorProto_Label as Label,
  MessageOptionsSchema,
  MethodOptionsSchema,
  OneofDescriptorProtoSchema,
  type ServiceDescriptorProto,
  ServiceDescriptorProtoSchema,
  ServiceOptionsSchema,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type fc from "fast-check";
import { addComments, type DetachedPlaces } from "./arbitrary-comments.js";
import { type Draw, drawing } from "./draw.js";

/**
 * Sets of proto3 files that import each other, written the way compilers write descriptors. Names
 * are few and repeat at every level, so that types, packages, fields and keywords hide each other.
 * All packages and paths start with `root`: sets of different roots fit into one module. A file
 * comes after the files it imports.
 */
export function descriptorSets(
  root: string,
  detached: DetachedPlaces = "anywhere",
): fc.Arbitrary<FileDescriptorProto[]> {
  return drawing((draw) => {
    const files = new SetBuilder(draw, root).build();
    for (const file of files) addComments(file, draw, detached);
    return files;
  });
}

interface TypeNode {
  readonly fullName: string;
  readonly type: Type.MESSAGE | Type.ENUM;
  /** Undefined for well-known types. */
  readonly desc?: DescriptorProto;
}

interface FileNode {
  readonly desc: FileDescriptorProto;
  readonly types: TypeNode[];
  readonly imports: { readonly file: FileNode; readonly isPublic: boolean }[];
}

const wellKnown = [
  ["any", "Any"],
  ["empty", "Empty"],
  ["timestamp", "Timestamp"],
  ["struct", "Struct", "Value", "ListValue"],
].map(([file, ...names]): FileNode => {
  const name = `google/protobuf/${file}.proto`;
  return {
    desc: create(FileDescriptorProtoSchema, { name }),
    types: names.map((n) => ({ fullName: `google.protobuf.${n}`, type: Type.MESSAGE })),
    imports: [],
  };
});

const { DOUBLE, FLOAT, BYTES, STRING, MESSAGE, ENUM, GROUP } = Type;
const types = Object.values(Type).filter((type) => typeof type === "number");
const scalars = types.filter((type) => ![MESSAGE, ENUM, GROUP].includes(type));
const mapKeys = scalars.filter((type) => ![DOUBLE, FLOAT, BYTES].includes(type));
const packable = [...scalars.filter((type) => ![STRING, BYTES].includes(type)), ENUM];
const longs = [Type.INT64, Type.UINT64, Type.FIXED64, Type.SFIXED64, Type.SINT64];

const packages = ["", ".a", ".a.b", ".b.a", ".google.protobuf", ".a.root", ".stream.v1"];
const typeNames = ["a", "b", "google", "root", "stream", "option", "string", "message", "A", "Any"];
const memberNames = [...typeNames, "map", "c", "x_y", "_u", "u", "camelCase", "repeated", "a__1"];

/** Ranges beyond every number in use, written as descriptors write them. */
const messageRanges = [
  { start: 1000, end: 1001 },
  { start: 3000, end: 3005 },
  { start: 18000, end: 30001 },
  { start: 40000, end: 2 ** 29 },
];
const enumRanges = [
  { start: -(2 ** 31), end: -3000 },
  { start: -20, end: -20 },
  { start: 70, end: 90 },
  { start: 9000, end: 2 ** 31 - 1 },
];

class SetBuilder {
  /** Full names in use, packages included: protobuf has one name space for all of them. */
  readonly #taken = new Set<string>();
  readonly #draw: Draw;
  readonly #root: string;

  constructor(draw: Draw, root: string) {
    this.#draw = draw;
    this.#root = root;
  }

  build(): FileDescriptorProto[] {
    const draw = this.#draw;
    const names = this.#times(1, 4, () => this.#localize(`root${draw.pick(packages)}`));
    for (const name of names) {
      name.split(".").forEach((_, i, parts) => {
        this.#taken.add(parts.slice(0, i + 1).join("."));
      });
    }
    const files = names.map((name, i) => this.#file(name, `${draw.pick(["f", "z", "F"])}${i}`));
    files.forEach((file, i) => {
      this.#addImports(file, files.slice(0, i));
      this.#fill(file);
    });
    return files.map(({ desc }) => desc);
  }

  #file(packageName: string, base: string): FileNode {
    const types: TypeNode[] = [];
    const desc = create(FileDescriptorProtoSchema, {
      name: `${this.#root}/${base}.proto`,
      package: packageName,
      syntax: "proto3",
      messageType: this.#messages(packageName, 3, types),
      enumType: this.#times(0, 2, () => this.#enum(packageName, types)),
      ...this.#options(FileOptionsSchema, 10),
    });
    return { desc, types, imports: [] };
  }

  /** Messages without members yet: those may have types declared later. */
  #messages(scope: string, depth: number, types: TypeNode[]): DescriptorProto[] {
    return this.#times(0, depth, () => {
      const name = this.#name(scope, typeNames);
      const fullName = `${scope}.${name}`;
      const desc = create(DescriptorProtoSchema, {
        name,
        nestedType: this.#messages(fullName, depth - 1, types),
        enumType: this.#draw.chance(25) ? [this.#enum(fullName, types)] : [],
        ...this.#reserved(messageRanges),
        ...this.#options(MessageOptionsSchema, 10, ["map_entry", "message_set_wire_format"]),
      });
      types.push({ fullName, type: MESSAGE, desc });
      return desc;
    });
  }

  #enum(scope: string, types: TypeNode[]): EnumDescriptorProto {
    const draw = this.#draw;
    const name = this.#name(scope, typeNames);
    types.push({ fullName: `${scope}.${name}`, type: ENUM });
    const isAliased = draw.chance(25);
    const value = this.#times(isAliased ? 2 : 1, 5, (i) => ({
      // With a number in them because values must differ even when case is ignored.
      name: this.#name(scope, [`V${i}_${name}`, `v${i}x`, `E${i}`]),
      number: i === 0 || (isAliased && i === 1) ? 0 : draw.pick([i, -i, 1000 * i]),
      ...this.#options(EnumValueOptionsSchema, 10),
    }));
    const desc = create(EnumDescriptorProtoSchema, {
      name,
      value,
      ...this.#reserved(enumRanges),
      ...this.#options(EnumOptionsSchema, 10, ["allow_alias"]),
    });
    if (isAliased) {
      desc.options ??= create(EnumOptionsSchema);
      desc.options.allowAlias = true;
    }
    return desc;
  }

  #addImports(file: FileNode, earlier: readonly FileNode[]): void {
    const draw = this.#draw;
    for (const other of earlier) {
      if (draw.chance(60)) file.imports.push({ file: other, isPublic: draw.chance(25) });
    }
    for (const other of wellKnown) {
      if (draw.chance(25)) file.imports.push({ file: other, isPublic: draw.chance(25) });
    }
    if (draw.chance(50)) file.imports.reverse();
    file.desc.dependency = file.imports.map((other) => other.file.desc.name);
    file.desc.publicDependency = file.imports.flatMap(({ isPublic }, i) => (isPublic ? [i] : []));
  }

  #fill(file: FileNode): void {
    const visible = visibleTypes(file);
    for (const { desc, fullName } of file.types) {
      if (desc !== undefined) this.#fillMessage(desc, fullName, visible);
    }
    const messages = visible.filter(({ type }) => type === MESSAGE);
    if (messages.length === 0) return;
    file.desc.service = this.#times(0, 2, () => this.#service(file.desc.package, messages));
  }

  #fillMessage(message: DescriptorProto, fullName: string, visible: readonly TypeNode[]): void {
    const draw = this.#draw;
    const jsonNames = new Set<string>();
    let lastNumber = 0;
    let entriesEnd = 0;
    const addField = (init: MessageInitShape<typeof FieldDescriptorProtoSchema>) => {
      const name = this.#fieldName(fullName, jsonNames);
      lastNumber += draw.pick([1, 1, 1, 2, 40]);
      const custom = draw.pick([`j${lastNumber}`, `"\\${lastNumber}`, `é\n${lastNumber}`]);
      const field = create(FieldDescriptorProtoSchema, {
        name,
        number: lastNumber,
        jsonName: draw.chance(15) ? custom : camelCase(name),
        label: Label.OPTIONAL,
        ...init,
      });
      field.options = this.#fieldOptions(field);
      message.field.push(field);
      return field;
    };
    this.#times(0, 6, () => {
      switch (draw.nat(4)) {
        case 0: {
          const name = this.#name(fullName, memberNames);
          const oneofIndex =
            message.oneofDecl.push(create(OneofDescriptorProtoSchema, { name })) - 1;
          this.#times(1, 3, () => addField({ ...this.#type(visible), oneofIndex }));
          break;
        }
        case 1:
          addField({ ...this.#type(visible), label: Label.REPEATED });
          break;
        case 2:
          addField({ ...this.#type(visible), proto3Optional: true });
          break;
        case 3: {
          const field = addField({ label: Label.REPEATED, type: MESSAGE });
          const entry = this.#mapEntry(field, visible);
          field.typeName = `.${fullName}.${entry.name}`;
          // Anywhere among the nested messages, but after the entries of the fields above.
          const at = entriesEnd + draw.nat(message.nestedType.length - entriesEnd);
          message.nestedType.splice(at, 0, entry);
          entriesEnd = at + 1;
          break;
        }
        default:
          addField(this.#type(visible));
      }
    });
    addSyntheticOneofs(message);
  }

  #mapEntry(field: FieldDescriptorProto, visible: readonly TypeNode[]): DescriptorProto {
    const name = camelCase(`_${field.name}Entry`);
    const label = Label.OPTIONAL;
    const type = this.#draw.pick(mapKeys);
    return create(DescriptorProtoSchema, {
      name,
      field: [
        { name: "key", jsonName: "key", number: 1, label, type },
        { name: "value", jsonName: "value", number: 2, label, ...this.#type(visible) },
      ],
      options: { mapEntry: true },
    });
  }

  #type(visible: readonly TypeNode[]): { type: Type; typeName?: string } {
    if (visible.length === 0 || this.#draw.chance(30)) return { type: this.#draw.pick(scalars) };
    const { type, fullName } = this.#draw.pick(visible);
    return { type, typeName: `.${fullName}` };
  }

  #fieldOptions({ type, label }: FieldDescriptorProto) {
    const isPackable = label === Label.REPEATED && packable.includes(type);
    const misplaced = [
      "weak",
      ...(isPackable ? [] : ["packed"]),
      ...(longs.includes(type) ? [] : ["jstype"]),
      ...(type === MESSAGE ? [] : ["lazy", "unverified_lazy"]),
      ...(type === STRING || type === BYTES ? [] : ["ctype"]),
    ];
    return this.#options(FieldOptionsSchema, 10, misplaced).options;
  }

  #service(scope: string, messages: readonly TypeNode[]): ServiceDescriptorProto {
    const draw = this.#draw;
    const name = this.#name(scope, [...typeNames, "Service"]);
    const method = this.#times(0, 4, () => ({
      name: this.#name(`${scope}.${name}`, [...typeNames, "Get"]),
      inputType: `.${draw.pick(messages).fullName}`,
      outputType: `.${draw.pick(messages).fullName}`,
      // Unset rather than false, as compilers leave them.
      ...(draw.chance(30) && { clientStreaming: true }),
      ...(draw.chance(30) && { serverStreaming: true }),
      ...(draw.chance(10) ? { options: {} } : this.#options(MethodOptionsSchema, 25)),
    }));
    const options = this.#options(ServiceOptionsSchema, 25);
    return create(ServiceDescriptorProtoSchema, { name, method, ...options });
  }

  #reserved(ranges: readonly { start: number; end: number }[]) {
    if (!this.#draw.chance(25)) return {};
    const names = ["reserved_1", "stream_1", "R"];
    return {
      reservedRange: ranges.filter(() => this.#draw.chance(50)),
      reservedName: names.filter(() => this.#draw.chance(40)),
    };
  }

  /** Sets each option with some probability; leaves out what is not a plain value or `excluded`. */
  #options<Desc extends DescMessage>(
    schema: Desc,
    percent: number,
    excluded: readonly string[] = [],
  ): { options?: MessageShape<Desc> } {
    const values: Record<string, unknown> = {};
    for (const field of schema.fields) {
      if (excluded.includes(field.name) || !this.#draw.chance(percent)) continue;
      if (field.fieldKind === "enum") values[field.localName] = this.#enumValue(field.enum);
      else if (field.fieldKind === "list" && field.listKind === "enum")
        values[field.localName] = [this.#enumValue(field.enum)];
      else if (field.scalar === ScalarType.BOOL) values[field.localName] = this.#draw.chance(50);
      else if (field.scalar === ScalarType.STRING) values[field.localName] = this.#draw.text();
    }
    if (Object.keys(values).length === 0) return {};
    return { options: create(schema, values as MessageInitShape<Desc>) };
  }

  #enumValue({ values }: DescEnum): number {
    // Files for the lite runtime can only be imported by others of their kind.
    const usable = values.filter(({ name }) => name !== "LITE_RUNTIME");
    return this.#draw.pick(usable).number;
  }

  #fieldName(scope: string, jsonNames: Set<string>): string {
    for (;;) {
      const name = this.#name(scope, memberNames);
      const jsonName = camelCase(name).toLowerCase();
      if (!jsonNames.has(jsonName)) {
        jsonNames.add(jsonName);
        return name;
      }
    }
  }

  /** One of `pool`, numbered if there is something of that name in `scope` already. */
  #name(scope: string, pool: readonly string[]): string {
    const base = this.#localize(this.#draw.pick(pool));
    let name = base;
    for (let n = 2; this.#taken.has(`${scope}.${name}`); n++) name = base + n;
    this.#taken.add(`${scope}.${name}`);
    return name;
  }

  #localize(name: string): string {
    return name.replaceAll("root", this.#root);
  }

  #times<T>(min: number, max: number, make: (index: number) => T): T[] {
    return Array.from({ length: min + this.#draw.nat(max - min) }, (_, i) => make(i));
  }
}

/** Own types, those of imported files, and those of files these import publicly. */
function visibleTypes(file: FileNode): TypeNode[] {
  const withPublic = (f: FileNode): FileNode[] => [
    f,
    ...f.imports.flatMap((other) => (other.isPublic ? withPublic(other.file) : [])),
  ];
  const files = [file, ...file.imports.flatMap((other) => withPublic(other.file))];
  return [...new Set(files)].flatMap(({ types }) => types);
}

/** The JSON name of a field; with a leading underscore, the beginning of a map entry's name. */
function camelCase(name: string): string {
  return name.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase());
}

function addSyntheticOneofs({ field, oneofDecl }: DescriptorProto): void {
  const names = new Set([...field, ...oneofDecl].map((member) => member.name));
  for (const optional of field.filter((f) => f.proto3Optional)) {
    let name = optional.name.replace(/^_?/, "_");
    while (names.has(name)) name = `X${name}`;
    names.add(name);
    optional.oneofIndex = oneofDecl.push(create(OneofDescriptorProtoSchema, { name })) - 1;
  }
}
