import { create, type DescField, type DescMessage, type Message } from "@bufbuild/protobuf";
import { type Timestamp, timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { Scalar } from "../decorators/field-types.js";
import { invalidArgument } from "../errors.js";
import type { FieldModel, ValueModel } from "../schema/model.js";
import { isNaturalField } from "../schema/natural-fields.js";
import type { Converters, MessageFields } from "./converters.js";
import { acceptsMapKey, scalarChecks } from "./scalar-checks.js";
import type { Violations } from "./violations.js";

type Values = Record<string, unknown>;

/** Moves one field between a message and an instance of its class. */
export interface FieldConverter {
  readonly property: string;
  read(message: MessageFields, into: Values): void;
  write(from: Values, message: MessageFields, violations: Violations): void;
}

/** One value: the element of a list or map, or a whole singular field. */
interface ValueConverter {
  read(value: unknown): unknown;
  write(value: unknown, violations: Violations): unknown;
}

/** Makes the converter of a field. */
export function fieldConverter(
  model: FieldModel,
  owner: DescMessage,
  converters: Converters,
): FieldConverter {
  const desc = owner.fields.find((field) => field.number === model.number)!;
  // @bufbuild/protobuf shows a wrapper by its value only as a plain field of its own.
  const isPlain = desc.fieldKind === "message" && desc.oneof === undefined;
  const element =
    (isPlain ? undefined : wrapperConverter(model.value)) ??
    valueConverter(model.value, converters, `${owner.name}.${model.property}`);
  const whole =
    model.cardinality === "repeated"
      ? listConverter(element)
      : model.cardinality === "map"
        ? mapConverter(element, model)
        : element;
  return desc.oneof === undefined
    ? plainField(model.property, desc.localName, whole)
    : oneofField(model.property, desc, whole);
}

function plainField(property: string, localName: string, value: ValueConverter): FieldConverter {
  return {
    property,
    read(message, into) {
      const field = message[localName];
      into[property] = field === undefined ? undefined : value.read(field);
    },
    write(from, message, violations) {
      const field = from[property];
      if (field === undefined || field === null) return;
      violations.enter(property);
      message[localName] = value.write(field, violations);
      violations.leave();
    },
  };
}

function oneofField(property: string, desc: DescField, value: ValueConverter): FieldConverter {
  const group = desc.oneof!.localName;
  const { localName } = desc;
  return {
    property,
    read(message, into) {
      const set = message[group] as { case?: string; value?: unknown };
      into[property] = set.case === localName ? value.read(set.value) : undefined;
    },
    write(from, message, violations) {
      const field = from[property];
      if (field === undefined || field === null) return;
      const set = message[group] as { case?: string };
      violations.enter(property);
      if (set.case !== undefined) {
        violations.add(
          `only one field of oneof ${desc.oneof!.name} may be set, ${set.case} is too`,
        );
      }
      message[group] = { case: localName, value: value.write(field, violations) };
      violations.leave();
    },
  };
}

function listConverter(element: ValueConverter): ValueConverter {
  return {
    read: (list) => (list as unknown[]).map(element.read),
    write(list, violations) {
      if (!Array.isArray(list)) {
        violations.expected("array", list);
        return [];
      }
      return list.map((item, i) => {
        violations.enter(i);
        const written = element.write(item, violations);
        violations.leave();
        return written;
      });
    },
  };
}

function mapConverter(element: ValueConverter, { mapKey = "string" }: FieldModel): ValueConverter {
  return {
    read(map) {
      const result: Values = {};
      for (const [key, value] of Object.entries(map as Values))
        setOwn(result, key, element.read(value));
      return result;
    },
    write(map, violations) {
      const result: Values = {};
      if (typeof map !== "object" || map === null || Array.isArray(map) || map instanceof Map) {
        violations.expected("object with a property for each entry", map);
        return result;
      }
      for (const [key, value] of Object.entries(map)) {
        violations.enter(key);
        if (!acceptsMapKey(mapKey, key)) violations.add(`the key is no ${mapKey}`);
        setOwn(result, key, element.write(value, violations));
        violations.leave();
      }
      return result;
    },
  };
}

/** Assignment, but for the one key where assigning would change the prototype instead. */
function setOwn(target: Values, key: string, value: unknown): void {
  if (key !== "__proto__") target[key] = value;
  else
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

const asIs = (value: unknown): unknown => value;

function valueConverter(model: ValueModel, converters: Converters, where: string): ValueConverter {
  switch (model.kind) {
    case "scalar": {
      const { accepts, expected } = scalarChecks[model.scalar];
      return { read: asIs, write: checked(accepts, expected) };
    }
    case "enum": {
      // Enums are open in proto3: a number without a name is kept, on the way in and out.
      const { accepts } = scalarChecks.int32;
      return { read: asIs, write: checked(accepts, `value of enum ${model.name}`) };
    }
    case "date":
      return {
        read(value) {
          // JSON cannot say another time, but in binary any number of seconds may come.
          const date = timestampDate(value as Timestamp);
          if (isTimestampDate(date)) return date;
          throw invalidArgument({ [where]: "must be a time between the years 1 and 9999" });
        },
        write(value, violations) {
          if (isTimestampDate(value)) return timestampFromDate(value);
          violations.expected("Date between the years 1 and 9999", value);
          return undefined;
        },
      };
    case "message": {
      const nested = converters.nested(model);
      return {
        read: (value) => nested.fromMessage(value as MessageFields),
        write: (value, violations) => nested.toMessage(value, violations),
      };
    }
    case "generated":
      return model.desc.kind === "enum"
        ? {
            read: asIs,
            write: checked(scalarChecks.int32.accepts, `value of enum ${model.desc.name}`),
          }
        : generatedMessage(model.desc);
  }
}

function checked(accepts: (value: unknown) => boolean, expected: string): ValueConverter["write"] {
  return (value, violations) => {
    if (!accepts(value)) violations.expected(expected, value);
    return value;
  };
}

/** The scalar in each of the messages that wrap one. */
const wrapped: Readonly<Record<string, Scalar>> = {
  "google.protobuf.DoubleValue": "double",
  "google.protobuf.FloatValue": "float",
  "google.protobuf.Int64Value": "int64",
  "google.protobuf.UInt64Value": "uint64",
  "google.protobuf.Int32Value": "int32",
  "google.protobuf.UInt32Value": "uint32",
  "google.protobuf.BoolValue": "bool",
  "google.protobuf.StringValue": "string",
  "google.protobuf.BytesValue": "bytes",
};

function wrapperConverter(model: ValueModel): ValueConverter | undefined {
  if (model.kind !== "generated" || model.desc.kind !== "message") return undefined;
  const { desc } = model;
  const scalar = wrapped[desc.typeName];
  if (scalar === undefined) return undefined;
  const { accepts, expected } = scalarChecks[scalar];
  const check = checked(accepts, expected);
  return {
    read: (message) => (message as { value: unknown }).value,
    write: (value, violations) => create(desc, { value: check(value, violations) } as never),
  };
}

function generatedMessage(desc: DescMessage): ValueConverter {
  // Shown by their natural value (an object, a number) and left to the codec to check.
  if (isNaturalField(desc)) return { read: asIs, write: asIs };
  return {
    read: asIs,
    write(value, violations) {
      if (typeof value === "object" && value !== null && !Array.isArray(value)) {
        return create(desc, value as Message);
      }
      violations.expected(desc.typeName, value);
      return undefined;
    },
  };
}

const firstMs = new Date("0001-01-01T00:00:00Z").getTime();
const lastMs = new Date("9999-12-31T23:59:59.999Z").getTime();

function isTimestampDate(value: unknown): value is Date {
  if (!(value instanceof Date)) return false;
  const ms = value.getTime();
  return ms >= firstMs && ms <= lastMs;
}
