import { SluiceError } from "../errors.js";
import type { FieldFacts } from "./facts.js";
import type { MessageOptions } from "./message.js";
import { nativeFieldType } from "./native-types.js";

/** Field numbers run from 1 to 2^29 - 1; 19000 to 19999 belong to protobuf itself. */
const maxNumber = 536_870_911;

/**
 * Refuses mistakes that are visible when a message class is defined, naming the property and the
 * line to write. What needs other classes (thunks, name clashes) is checked on finalize.
 */
export function validateFields(
  target: { readonly name: string; readonly length: number },
  fields: readonly FieldFacts[],
  options: MessageOptions,
): void {
  if (target.length > 0) {
    throw new SluiceError(
      "message_constructor",
      `${target.name} has a constructor with parameters, but messages are made with ` +
        `\`new ${target.name}()\`. Give the parameters default values or remove them.`,
    );
  }
  const byNumber = new Map<number, FieldFacts>();
  for (const field of fields) {
    const where = `${target.name}.${field.property}`;
    checkNumber(where, field.number);
    checkReserved(where, field, options);
    const other = byNumber.get(field.number);
    if (other !== undefined) {
      throw new SluiceError(
        "field_number_duplicate",
        `${where} and ${target.name}.${other.property} both have number ${field.number}. ` +
          `Write @field(${freeNumber(fields)}, …) for the newer of the two.`,
      );
    }
    byNumber.set(field.number, field);
    checkType(where, field);
    if (field.options.optional && field.options.oneof !== undefined) {
      throw new SluiceError(
        "field_options_conflict",
        `${where} is both optional and in oneof "${field.options.oneof}"; ` +
          "members of a oneof have presence already. Remove `optional: true`.",
      );
    }
  }
}

function checkNumber(where: string, number: number): void {
  const inRange = Number.isInteger(number) && number >= 1 && number <= maxNumber;
  if (inRange && !(number >= 19_000 && number <= 19_999)) return;
  throw new SluiceError(
    "field_number_invalid",
    `${where} has number ${number}; field numbers are integers from 1 to ${maxNumber} ` +
      "without 19000 to 19999. Write @field(n, …) with such a number.",
  );
}

function checkReserved(where: string, field: FieldFacts, { reserved = [] }: MessageOptions): void {
  for (const entry of reserved) {
    const hit =
      typeof entry === "string"
        ? entry === field.property || entry === field.options.name
        : typeof entry === "number"
          ? entry === field.number
          : field.number >= entry[0] && field.number <= entry[1];
    if (hit) {
      throw new SluiceError(
        "field_reserved",
        `${where} uses ${typeof entry === "string" ? `the name "${entry}"` : `number ${field.number}`}, ` +
          "which its message reserves. Reserved means it had another meaning once: choose a new one.",
      );
    }
  }
}

function checkType(where: string, field: FieldFacts): void {
  if (field.type !== undefined || nativeFieldType(field.designType) !== undefined) return;
  const seen = field.designType as { readonly name?: string } | undefined;
  const reason =
    seen === undefined
      ? "the decorator names none and the compiler emitted no type metadata " +
        "(esbuild, tsx and vite 7 never do, and standard decorators have none)"
      : `the decorator names none and the compiler only recorded "${seen.name}", ` +
        "which does not say what is in it";
  throw new SluiceError(
    "field_type_missing",
    `${where} has no type: ${reason}. Write the type: @field(${field.number}, "string"), ` +
      `@field(${field.number}, repeated("int32")) or @field(${field.number}, () => SomeMessage).`,
  );
}

function freeNumber(fields: readonly FieldFacts[]): number {
  return Math.min(maxNumber, Math.max(...fields.map((field) => field.number)) + 1);
}
