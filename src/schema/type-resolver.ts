import type { DescMessage } from "@bufbuild/protobuf";
import type { AnyEnumType } from "../decorators/enum-type.js";
import { enumFactsOf } from "../decorators/enum-type.js";
import type { FieldFacts } from "../decorators/facts.js";
import { factsOf, isMessageClass } from "../decorators/facts.js";
import type {
  FieldType,
  MapType,
  MessageClass,
  RepeatedType,
  Scalar,
} from "../decorators/field-types.js";
import type { MessageOptions } from "../decorators/message.js";
import { dateType, nativeFieldType } from "../decorators/native-types.js";
import { SluiceError } from "../errors.js";
import type { EnumModel, FieldModel, MessageModel, PayloadModel, ValueModel } from "./model.js";
import { requireIdentifier, requirePackage, snakeCase } from "./names.js";
import { isNaturalField } from "./natural-fields.js";
import { isScalar } from "./scalars.js";
import { outerClass, unsupported, unthunk } from "./thunks.js";

/**
 * Resolves declared types to models. A message without a package of its own belongs to the
 * package it is first reached from; reaching it from a second one is an error, because which of
 * them declares it would depend on the order of services.
 */
export class TypeResolver {
  readonly messages: MessageModel[] = [];
  readonly enums: EnumModel[] = [];
  readonly #messageOf = new Map<MessageClass, MessageModel>();
  readonly #enumOf = new Map<AnyEnumType, EnumModel>();

  /** The message a method sends or receives for a declared type, wrapping what is no message. */
  payload(
    type: FieldType | undefined,
    where: string,
    packageName: string,
    wrapperName: string,
  ): PayloadModel {
    const shape = this.#shape(type as FieldType, where, packageName);
    const { value } = shape;
    if (shape.cardinality === "singular" && value.kind === "message") return { message: value };
    if (shape.cardinality === "singular" && isWholeMessage(value)) return { message: value.desc };
    const name = shape.cardinality === "singular" ? "value" : "values";
    const wraps: FieldModel = { property: name, name, number: 1, ...shape };
    const typeName = `${packageName}.${wrapperName}`;
    const message: MessageModel = {
      kind: "message",
      name: wrapperName,
      packageName,
      typeName,
      options: {},
      wrapperOf: where,
      fields: [wraps],
    };
    this.messages.push(message);
    return { message, wraps };
  }

  #shape(
    declared: FieldType,
    where: string,
    packageName: string,
  ): Pick<FieldModel, "value" | "cardinality" | "mapKey"> {
    const type = unthunk(declared, where) as FieldType | undefined;
    const kind = (type as Partial<RepeatedType | MapType> | undefined)?.kind;
    if (kind === "repeated") {
      const { of } = type as RepeatedType;
      return { cardinality: "repeated", value: this.#value(of, where, packageName) };
    }
    if (kind === "map") {
      const { key, value } = type as MapType;
      if (!isScalar(key) || ["double", "float", "bytes"].includes(key)) {
        throw unsupported(where, key, "map keys are integers, bool or string");
      }
      return { cardinality: "map", mapKey: key, value: this.#value(value, where, packageName) };
    }
    return { cardinality: "singular", value: this.#value(type, where, packageName) };
  }

  #value(declared: unknown, where: string, packageName: string): ValueModel {
    const type = unthunk(declared, where);
    if (isScalar(type)) return { kind: "scalar", scalar: type as Scalar };
    const native = nativeFieldType(type);
    if (native === dateType) return { kind: "date" };
    if (typeof native === "string") return { kind: "scalar", scalar: native };
    if (isMessageClass(type)) return this.#message(type, where, packageName);
    if (enumFactsOf(type) !== undefined) return this.#enum(type as AnyEnumType, where, packageName);
    const kind = (type as Partial<DescMessage> | null | undefined)?.kind as string | undefined;
    if (kind === "message" || kind === "enum") {
      return { kind: "generated", desc: type as DescMessage };
    }
    if (kind === "repeated" || kind === "map") {
      throw unsupported(
        where,
        kind,
        "lists and maps hold single values; wrap the inner one in a message",
      );
    }
    throw unsupported(where, type, "it is no proto3 type");
  }

  #message(type: MessageClass, where: string, usedIn: string): MessageModel {
    const known = this.#messageOf.get(type);
    if (known !== undefined) {
      requireSamePackage(known, where, usedIn);
      return known;
    }
    const { fields, message: options = {} } = factsOf(type)!;
    const within = options.within && this.#message(outerClass(options.within, type), where, usedIn);
    // The outer message may have a field of this type, and it is resolved already then.
    const viaOuter = this.#messageOf.get(type);
    if (viaOuter !== undefined) return viaOuter;
    if (within && options.package !== undefined && options.package !== within.packageName) {
      throw new SluiceError(
        "package_ambiguous",
        `${type.name} names package ${options.package} but is declared within ${within.name}, ` +
          `which is in ${within.packageName}. Remove \`package\` from one of the two.`,
      );
    }
    const name = messageName(type, options);
    const packageName = within?.packageName ?? options.package ?? usedIn;
    const model: MessageModel = {
      kind: "message",
      name,
      packageName,
      typeName: `${within?.typeName ?? packageName}.${name}`,
      type,
      options,
      ...(within && { within }),
      fields: [],
    };
    this.#messageOf.set(type, model);
    this.messages.push(model);
    model.fields = groupOneofs(
      fields.map((field) => this.#field(field, `${type.name}.${field.property}`, model)),
    );
    return model;
  }

  #field(facts: FieldFacts, where: string, owner: MessageModel): FieldModel {
    const { number, property, options } = facts;
    const shape = this.#shape(
      (facts.type ?? facts.designType) as FieldType,
      where,
      owner.packageName,
    );
    const name = options.name ?? snakeCase(property);
    requireIdentifier(
      name,
      `${where} would be field`,
      `@field(${number}, …, { name: "proto_name" })`,
    );
    if (owner.options.reserved?.includes(name)) {
      throw new SluiceError(
        "field_reserved",
        `${where} uses the name "${name}", which its message reserves: it had another meaning ` +
          `once. Choose a new one: @field(${number}, …, { name: "proto_name" }).`,
      );
    }
    const oneof = options.oneof === undefined ? undefined : snakeCase(options.oneof);
    if (oneof !== undefined) {
      requireIdentifier(oneof, `${where} is in oneof`, `@field(${number}, …, { oneof: "name" })`);
    }
    if (shape.cardinality !== "singular" && (options.optional || options.oneof !== undefined)) {
      throw new SluiceError(
        "field_options_conflict",
        `${where} is ${shape.cardinality}; such fields are never optional and in no oneof. ` +
          "Remove the option, or put the list or map into a message of its own.",
      );
    }
    return {
      property,
      number,
      name,
      ...shape,
      cardinality: options.optional ? "optional" : shape.cardinality,
      ...(oneof !== undefined && { oneof }),
      ...(options.doc !== undefined && { doc: options.doc }),
      ...(options.deprecated && { deprecated: true }),
    };
  }

  #enum(type: AnyEnumType, where: string, usedIn: string): EnumModel {
    const facts = enumFactsOf(type)!;
    const known = this.#enumOf.get(type);
    if (known !== undefined) {
      requireSamePackage(known, where, usedIn);
      return known;
    }
    const packageName = facts.options.package ?? usedIn;
    const { name } = facts;
    requireIdentifier(name, `${where} has enum`, 'enumType("Name", …)');
    requirePackage(packageName, `enum ${name}`, 'enumType("Name", …, { package: "demo.v1" })');
    const model: EnumModel = {
      kind: "enum",
      name,
      packageName,
      typeName: `${packageName}.${name}`,
      facts,
    };
    this.#enumOf.set(type, model);
    this.enums.push(model);
    return model;
  }
}

/**
 * Generated messages are payloads as they are, but for the well-known ones that
 * @bufbuild/protobuf shows by their natural value only as a field of another message.
 */
function isWholeMessage(
  value: ValueModel,
): value is { readonly kind: "generated"; readonly desc: DescMessage } {
  return value.kind === "generated" && value.desc.kind === "message" && !isNaturalField(value.desc);
}

/** Brings the members of a oneof together, where the first of them is. */
function groupOneofs(fields: readonly FieldModel[]): FieldModel[] {
  const grouped = new Set<FieldModel>();
  for (const field of fields) {
    const group =
      field.oneof === undefined ? [field] : fields.filter((f) => f.oneof === field.oneof);
    for (const member of group) grouped.add(member);
  }
  return [...grouped];
}

function messageName(type: MessageClass, options: MessageOptions): string {
  const name = options.name ?? type.name;
  const className = type.name || "(anonymous)";
  requireIdentifier(name, `class ${className} would be message`, '@message({ name: "Name" })');
  if (options.package !== undefined) {
    requirePackage(options.package, `class ${className}`, '@message({ package: "demo.v1" })');
  }
  return name;
}

function requireSamePackage(known: MessageModel | EnumModel, where: string, usedIn: string): void {
  const declared = known.kind === "enum" ? known : outermost(known);
  const { package: explicit } =
    declared.kind === "enum" ? declared.facts.options : declared.options;
  if (explicit !== undefined || known.packageName === usedIn) return;
  throw new SluiceError(
    "package_ambiguous",
    `${known.name} is used in package ${known.packageName} and, by ${where}, in ${usedIn}. ` +
      `Say where it is declared: write \`package: "${known.packageName}"\` in the ` +
      `${known.kind === "enum" ? "enumType()" : "@message()"} options of ${declared.name}.`,
  );
}

function outermost(message: MessageModel): MessageModel {
  return message.within === undefined ? message : outermost(message.within);
}
