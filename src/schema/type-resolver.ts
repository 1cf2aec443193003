import type { DescMessage } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
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
import { isThunk } from "../decorators/field-types.js";
import { dateType, nativeFieldType } from "../decorators/native-types.js";
import { SluiceError } from "../errors.js";
import type { EnumModel, FieldModel, MessageModel, PayloadModel, ValueModel } from "./model.js";
import { isProtoIdentifier, snakeCase } from "./names.js";
import { isNaturalField } from "./natural-fields.js";
import { isScalar } from "./scalars.js";

/** How deep thunks may name further thunks. */
const maxThunks = 16;

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
    if (type === undefined) return { message: EmptySchema };
    const shape = this.#shape(type, where, packageName);
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
    const type = unthunk(declared, where) as FieldType;
    const kind = (type as Partial<RepeatedType | MapType>).kind;
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
    const kind = (type as Partial<DescMessage> | undefined)?.kind as string | undefined;
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
      requireSamePackage(known, known.options.package ?? known.within, where, usedIn);
      return known;
    }
    const { fields, message: options = {} } = factsOf(type)!;
    const name = options.name ?? type.name;
    const within =
      options.within === undefined
        ? undefined
        : this.#message(outerClass(options.within, type), where, usedIn);
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
    model.fields = fields.map((field) =>
      this.#field(field, `${type.name}.${field.property}`, packageName),
    );
    return model;
  }

  #field(facts: FieldFacts, where: string, packageName: string): FieldModel {
    const { number, property, options } = facts;
    const shape = this.#shape((facts.type ?? facts.designType) as FieldType, where, packageName);
    const name = options.name ?? snakeCase(property);
    if (!isProtoIdentifier(name)) {
      throw new SluiceError(
        "name_invalid",
        `${where} would be field "${name}", which is not a proto identifier. ` +
          `Write the name: @field(${number}, …, { name: "proto_name" }).`,
      );
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
      ...(options.oneof !== undefined && { oneof: options.oneof }),
      ...(options.doc !== undefined && { doc: options.doc }),
      ...(options.deprecated && { deprecated: true }),
    };
  }

  #enum(type: AnyEnumType, where: string, usedIn: string): EnumModel {
    const facts = enumFactsOf(type)!;
    const known = this.#enumOf.get(type);
    if (known !== undefined) {
      requireSamePackage(known, facts.options.package, where, usedIn);
      return known;
    }
    const packageName = facts.options.package ?? usedIn;
    const { name } = facts;
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

function unthunk(declared: unknown, where: string): unknown {
  let type = declared;
  for (let depth = 0; isThunk(type); depth++) {
    if (depth === maxThunks) throw unsupported(where, "() => …", "its thunks never end in a type");
    try {
      type = type();
    } catch (cause) {
      throw new SluiceError(
        "type_unresolved",
        `The type of ${where} could not be read: its thunk threw. The class it names is not ` +
          "defined yet; finalize the app after all modules have loaded.",
        { cause },
      );
    }
  }
  return type;
}

function outerClass(within: () => unknown, inner: MessageClass): MessageClass {
  const outer = within();
  for (let type: unknown = outer; isMessageClass(type); type = factsOf(type)!.message!.within?.()) {
    if (type === inner) break;
    if (factsOf(type)!.message!.within === undefined) return outer as MessageClass;
  }
  throw new SluiceError(
    "type_unsupported",
    `${inner.name} is declared within something that is no other message. ` +
      "Write `within: () => Outer` with a class decorated with @message() that is not inside it.",
  );
}

function requireSamePackage(
  known: MessageModel | EnumModel,
  explicit: unknown,
  where: string,
  usedIn: string,
): void {
  if (explicit !== undefined || known.packageName === usedIn) return;
  throw new SluiceError(
    "package_ambiguous",
    `${known.name} is used in package ${known.packageName} and, by ${where}, in ${usedIn}. ` +
      `Say where it is declared: write \`package: "${known.packageName}"\` in its ` +
      `${known.kind === "enum" ? "enumType() options" : "@message() options"}.`,
  );
}

function unsupported(where: string, type: unknown, reason: string): SluiceError {
  const seen = typeof type === "function" ? `class ${type.name || "(anonymous)"}` : String(type);
  const hint =
    typeof type === "function"
      ? "Decorate it with @message(), or name one of the proto3 types."
      : type === undefined
        ? "Use a thunk, () => Type, where the class is defined later or imported in a circle."
        : 'Write a scalar ("string", "int32", …), Date, an enumType(), a message class, ' +
          "repeated(…), map(…) or a generated schema.";
  return new SluiceError("type_unsupported", `The type of ${where} is ${seen}: ${reason}. ${hint}`);
}
