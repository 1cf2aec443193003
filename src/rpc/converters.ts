import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import type { MessageModel, PayloadModel } from "../schema/model.js";
import type { SchemaRegistry } from "../schema/registry.js";
import { type FieldConverter, fieldConverter } from "./field-converter.js";
import { Violations } from "./violations.js";

/** A protobuf message as @bufbuild/protobuf has it: fields by their local names. */
export type MessageFields = Message & Record<string, unknown>;

/** Turns messages into what handlers see, and back. */
export interface Converter {
  readonly desc: DescMessage;
  fromMessage(message: Message): unknown;
  /** Checks the value against the schema; throws `message_invalid` naming each bad field. */
  toMessage(value: unknown): Message;
}

/** A message class within others: no violations of its own, but added to those of the whole. */
export interface NestedConverter {
  fromMessage(message: MessageFields): object;
  toMessage(value: unknown, violations: Violations): Message;
}

/** The converters of one app's schema, each made once. */
export class Converters {
  readonly #registry: SchemaRegistry;
  readonly #nested = new Map<MessageModel, NestedConverter>();

  constructor(registry: SchemaRegistry) {
    this.#registry = registry;
  }

  /** The converter of one direction of a method. */
  payload({ message, wraps }: PayloadModel): Converter {
    if ("file" in message) return generatedConverter(message);
    const desc = this.#registry.message(message.typeName);
    if (wraps !== undefined) return wrapperConverter(desc, fieldConverter(wraps, desc, this));
    const nested = this.nested(message);
    return {
      desc,
      fromMessage: (value) => nested.fromMessage(value as MessageFields),
      toMessage(value) {
        const violations = new Violations(message.name);
        const result = nested.toMessage(value, violations);
        violations.throwIfAny();
        return result;
      },
    };
  }

  nested(model: MessageModel): NestedConverter {
    const known = this.#nested.get(model);
    if (known !== undefined) return known;
    const desc = this.#registry.message(model.typeName);
    const fields: FieldConverter[] = [];
    const converter = classConverter(model, desc, fields);
    // Registered before its fields are looked at: they may lead back here.
    this.#nested.set(model, converter);
    fields.push(...model.fields.map((field) => fieldConverter(field, desc, this)));
    return converter;
  }
}

function classConverter(
  model: MessageModel,
  desc: DescMessage,
  fields: readonly FieldConverter[],
): NestedConverter {
  const Type = model.type as new () => Record<string, unknown>;
  return {
    fromMessage(message) {
      const value = new Type();
      for (const field of fields) field.read(message, value);
      return value;
    },
    toMessage(value, violations) {
      const message = create(desc) as MessageFields;
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        violations.expected(model.name, value);
        return message;
      }
      for (const field of fields)
        field.write(value as Record<string, unknown>, message, violations);
      return message;
    },
  };
}

function wrapperConverter(desc: DescMessage, field: FieldConverter): Converter {
  return {
    desc,
    fromMessage(message) {
      const holder: Record<string, unknown> = {};
      field.read(message as MessageFields, holder);
      return holder[field.property];
    },
    toMessage(value) {
      const message = create(desc) as MessageFields;
      const violations = new Violations(desc.name);
      if (value === undefined || value === null) {
        violations.enter(field.property);
        violations.expected("a value", value);
      } else {
        field.write({ [field.property]: value }, message, violations);
      }
      violations.throwIfAny();
      return message;
    },
  };
}

/** Types that came from a .proto file are handed through as @bufbuild/protobuf has them. */
export function generatedConverter(desc: DescMessage): Converter {
  return {
    desc,
    fromMessage: (message) => message,
    toMessage(value) {
      const isEmpty = desc.typeName === "google.protobuf.Empty";
      if (isEmpty && value === undefined) return create(desc);
      const violations = new Violations(desc.name);
      if (isEmpty && !isEmptyObject(value)) {
        violations.add(
          "the method returned a value but declares no response; " +
            "write @action({ response: … }) or return nothing",
        );
      } else if (typeof value !== "object" || value === null || Array.isArray(value)) {
        violations.expected(desc.typeName, value);
      }
      violations.throwIfAny();
      return create(desc, value as Message);
    },
  };
}

function isEmptyObject(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.keys(value).every((key) => key.startsWith("$"));
}
