import * as wkt from "@bufbuild/protobuf/wkt";
import type fc from "fast-check";
import type { Documented } from "../../src/decorators/facts.js";
import type { FieldType, MapKey, SingularType } from "../../src/decorators/field-types.js";
import type { Reserved } from "../../src/decorators/reserved.js";
import {
  action,
  type EnumOptions,
  enumType,
  field,
  type MessageOptions,
  map,
  message,
  repeated,
  type Scalar,
  service,
  stream,
} from "../../src/index.js";
import { jsonName, pascalCase, snakeCase, upperSnakeCase } from "../../src/schema/names.js";
import type { ServiceEntry } from "../../src/schema/resolve.js";
import { type AnyClass, defineClass, type Shape, shapes } from "../decorators/define-class.js";
import { type Draw, drawing } from "../support/draw.js";

/** Service classes with all they use, named as `buf lint` likes it. */
export interface ServicesPlan {
  readonly entries: readonly ServiceEntry[];
}

/** Services of the packages `<root>.v1` and `<root>.shared.v1`, defined in either call shape. */
export function servicePlans(root: string): fc.Arbitrary<ServicesPlan> {
  return drawing((draw) => drawServices(draw, root));
}

/** The same from decisions that others are taken after. */
export function drawServices(draw: Draw, root: string): ServicesPlan {
  return new PlanBuilder(draw, root).build();
}

const scalars: readonly Scalar[] = [
  "double",
  "float",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "sint32",
  "sint64",
  "fixed32",
  "fixed64",
  "sfixed32",
  "sfixed64",
  "bool",
  "string",
  "bytes",
];
const natives = [String, Boolean, Number, BigInt, Date, Uint8Array] as const;
const mapKeys = scalars.filter((s) => !["double", "float", "bytes"].includes(s)) as MapKey[];
const generated = [
  wkt.TimestampSchema,
  wkt.DurationSchema,
  wkt.StructSchema,
  wkt.ValueSchema,
  wkt.ListValueSchema,
  wkt.AnySchema,
  wkt.FieldMaskSchema,
  wkt.EmptySchema,
  wkt.NullValueSchema,
  // A plain value wherever they stand, which @bufbuild/protobuf has for some places only.
  wkt.DoubleValueSchema,
  wkt.Int64ValueSchema,
  wkt.UInt64ValueSchema,
  wkt.BoolValueSchema,
  wkt.StringValueSchema,
  wkt.BytesValueSchema,
] as const;

const typeNames = ["Point", "HTTPMode", "Robot2", "Ipv4Address", "TLSInfo", "A", "Level3D", "Ab1C"];
const propertyNames = [
  "id",
  "userID",
  "samplingIntervalMs",
  "x1",
  "a1B",
  "URL",
  "message",
  "option",
  "rpc",
  "reserved",
  "map",
  "optional",
  "string",
  "value",
  "values",
  "under_score",
  "trailing_",
];
const methodNames = ["get", "putAll", "watchURL", "set2", "doIt", "list_all", "stream", "rpc"];
const memberNames = ["Red", "darkBlue", "V2", "HTTP2", "LIGHT_GREEN", "x"];
const enumReserved: Reserved = [100, [101, 1000], "OLD_NAME", -7];
const docs = [
  "One line.",
  "Two\nlines, größer 🚀.",
  " indented\n\n  and a blank line, with */ and // in it  ",
  "tab\there\r\nand a Windows line end",
  "",
  "   ",
];

class PlanBuilder {
  readonly #draw: Draw;
  readonly #shape: Shape;
  readonly #package: string;
  readonly #shared: string;
  /** Names taken in each package: types, RPCs and enum values, whatever their case. */
  readonly #taken = new Set<string>();
  readonly #enums: { readonly type: SingularType; readonly isShared: boolean }[] = [];
  readonly #messages: {
    readonly type: AnyClass;
    readonly isShared: boolean;
    readonly fields: FieldNames;
    readonly options: MessageOptions;
  }[] = [];

  constructor(draw: Draw, root: string) {
    this.#draw = draw;
    this.#shape = draw.pick(shapes);
    this.#package = `${root}.v1`;
    this.#shared = `${root}.shared.v1`;
  }

  build(): ServicesPlan {
    this.#times(0, 3, () => this.#enum());
    this.#times(1, 5, () => this.#message());
    const services = this.#times(1, 2, () => this.#service());
    return {
      entries: services.map((type) => ({ instance: new type(), packageName: this.#package })),
    };
  }

  #enum(): void {
    const { chance, pick } = this.#draw;
    const name = this.#typeName();
    const isShared = chance(30);
    const names = new Set<string>();
    const members: Record<string, number> = {};
    const values: Record<string, Documented> = {};
    const add = (member: string, number: number): void => {
      const plain = upperSnakeCase(member).replaceAll("_", "");
      if (names.has(plain)) return;
      names.add(plain);
      members[member] = number;
      if (chance(20)) values[member] = this.#documented();
    };
    const others = this.#times(0, 4, () => pick([1, 2, 3, -1, -(2 ** 31), 99, 2 ** 31 - 1]));
    // Anywhere in the list: proto text has the zero first, whatever the class says.
    if (chance(50)) add("Unspecified", 0);
    for (const number of others) add(pick(memberNames), number);
    add("Unspecified", 0);
    const options: EnumOptions = {
      ...this.#documented(),
      ...(isShared && { package: this.#shared }),
      ...(Object.keys(values).length > 0 && { values }),
      ...(chance(30) && {
        reserved: enumReserved.filter(() => chance(60)),
      }),
    };
    this.#enums.push({ type: enumType(name, members, options), isShared });
  }

  #message(name = this.#typeName(), isShared = this.#draw.chance(30)): AnyClass {
    const { chance, pick } = this.#draw;
    const owned = this.#messages.filter((m) => m.isShared === isShared);
    const base = owned.length > 0 && chance(20) ? pick(owned) : undefined;
    const outer = owned.length > 0 && chance(20) ? pick(owned) : undefined;
    const names = new FieldNames(base?.fields);
    const oneofs = this.#times(0, 2, () => names.add(pick(["kind", "oneOf", "when"]))).flatMap(
      (oneof) => oneof ?? [],
    );
    // Reserved numbers are above all others; those of the base class stay free for its fields.
    const reserved = [19_998, "old_name", [30_000, 30_010] as const, 536_870_911];
    const options: MessageOptions = {
      ...this.#documented(),
      ...(isShared && { package: this.#shared }),
      ...(outer && { within: () => outer.type }),
      ...(chance(30) && { reserved: reserved.slice(1).filter(() => chance(60)) }),
      ...(chance(50) && {
        oneofs: Object.fromEntries(oneofs.map((oneof) => [oneof, { doc: this.#doc() }])),
      }),
    };
    const self: { type?: AnyClass } = {};
    const fields = this.#times(0, 6, () => this.#field(names, oneofs, isShared, self)).flatMap(
      (f) => (f === undefined ? [] : [f]),
    );
    const type = defineClass(this.#shape, {
      name,
      ...(base && { base: base.type }),
      fields,
      decorators: [message(options)],
    });
    self.type = type;
    this.#messages.push({ type, isShared, fields: names, options });
    return type;
  }

  #field(
    names: FieldNames,
    oneofs: readonly string[],
    isShared: boolean,
    self: { type?: AnyClass },
  ): readonly [string, ReturnType<typeof field>] | undefined {
    const { chance, pick } = this.#draw;
    const property = names.add(pick(propertyNames));
    if (property === undefined) return undefined;
    const number = names.number(pick([1, 1, 1, 2, 15, 1000]));
    const named = chance(10) ? { name: `${snakeCase(property)}_n` } : {};
    const documented = { ...this.#documented(), ...named };
    const decorate = (type: FieldType, options: object = {}) =>
      [property, field(number, type, { ...documented, ...options })] as never;
    if (oneofs.length > 0 && chance(50)) {
      return decorate(this.#value(isShared, self), { oneof: pick(oneofs) });
    }
    switch (this.#draw.nat(4)) {
      case 0:
        return decorate(repeated(this.#value(isShared, self)));
      case 1:
        return decorate(map(pick(mapKeys), this.#value(isShared, self)));
      case 2:
        return decorate(this.#value(isShared, self), { optional: true });
      default:
        return decorate(this.#value(isShared, self));
    }
  }

  /** A type for a field of a message that is shared or not: shared ones use only shared ones. */
  #value(isShared: boolean, self?: { type?: AnyClass }): SingularType {
    const { chance, pick } = this.#draw;
    const isReachable = (other: { isShared: boolean }) => other.isShared || !isShared;
    const enums = this.#enums.filter(isReachable);
    const messages = this.#messages.filter(isReachable);
    switch (this.#draw.nat(6)) {
      case 0:
        return pick(natives);
      case 1:
        return pick(generated);
      case 2:
        if (self !== undefined) return () => self.type as never;
        return pick(scalars);
      case 3:
        return enums.length > 0 ? pick(enums).type : pick(scalars);
      case 4: {
        if (messages.length === 0) return pick(scalars);
        const { type } = pick(messages);
        return chance(50) ? type : () => type;
      }
      default:
        return pick(scalars);
    }
  }

  #service(): AnyClass {
    const { chance } = this.#draw;
    const name = this.#typeName();
    return defineClass(this.#shape, {
      name: chance(50) ? name : `${name}Service`,
      methods: this.#times(1, 3, () => this.#method()),
      decorators: [service(this.#documented())],
    });
  }

  #method(): readonly [string, never, () => Promise<unknown>] {
    const { chance, pick } = this.#draw;
    const property = this.#unique(methodNames, (name) => {
      const rpc = snakeCase(name).replaceAll("_", "");
      return [rpc, `${rpc}request`, `${rpc}response`];
    });
    const rpc = pascalCase(property);
    const documented = this.#documented();
    const response = chance(80) ? this.#payload(`${rpc}Response`) : undefined;
    const request = chance(80) ? this.#payload(`${rpc}Request`) : undefined;
    const body = async () => undefined;
    if (response !== undefined && chance(25)) {
      const options = { ...documented, payload: response, ...(request && { request }) };
      return [property, stream(options) as never, body];
    }
    const kind = pick(["request", "response", "both", undefined, undefined] as const);
    const options = {
      ...documented,
      ...(request !== undefined && { request }),
      ...(response !== undefined && { response }),
      ...(kind !== undefined && { stream: kind }),
      ...(chance(20) && { idempotent: true }),
    };
    return [property, action(options) as never, body];
  }

  /** A message of the name `buf lint` asks for, or something a message of that name is made for. */
  #payload(messageName: string): FieldType {
    const { pick } = this.#draw;
    switch (this.#draw.nat(4)) {
      case 0:
        return this.#message(messageName, false);
      case 1:
        return repeated(this.#value(false));
      case 2:
        return map(pick(mapKeys), this.#value(false));
      case 3:
        return pick([wkt.StructSchema, wkt.StringValueSchema]);
      default:
        return pick([...scalars, ...natives]);
    }
  }

  #documented(): Documented {
    const { chance } = this.#draw;
    return {
      ...(chance(30) && { doc: this.#doc() }),
      ...(chance(10) && { deprecated: chance(80) }),
    };
  }

  #doc(): string {
    return this.#draw.chance(30) ? this.#draw.text() : this.#draw.pick(docs);
  }

  #typeName(): string {
    return this.#unique(typeNames, (name) => [
      name.toLowerCase(),
      `${name.toLowerCase()}service`,
      upperSnakeCase(name).replaceAll("_", ""),
    ]);
  }

  /** One of `pool`, numbered until none of the names it leads to is taken. */
  #unique(pool: readonly string[], names: (name: string) => readonly string[]): string {
    const base = this.#draw.pick(pool);
    let name = base;
    for (let n = 2; names(name).some((other) => this.#taken.has(other)); n++) name = `${base}N${n}`;
    for (const other of names(name)) this.#taken.add(other);
    return name;
  }

  #times<T>(min: number, max: number, make: () => T): T[] {
    return Array.from({ length: min + this.#draw.nat(max - min) }, make);
  }
}

/** Names and numbers of a message's fields and oneofs, none twice. */
class FieldNames {
  readonly #names: Set<string>;
  #lastNumber: number;

  constructor(base?: FieldNames) {
    this.#names = new Set(base === undefined ? [] : base.#names);
    this.#lastNumber = base === undefined ? 0 : base.#lastNumber;
  }

  /** The name, if it is free in proto and in JSON. */
  add(name: string): string | undefined {
    const json = jsonName(snakeCase(name)).toLowerCase();
    if (this.#names.has(json)) return undefined;
    this.#names.add(json);
    return name;
  }

  number(step: number): number {
    this.#lastNumber += step;
    return this.#lastNumber;
  }
}
