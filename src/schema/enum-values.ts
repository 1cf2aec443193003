import type { Documented } from "../decorators/facts.js";
import { isReservedNumber } from "../decorators/reserved.js";
import { SluiceError } from "../errors.js";
import type { EnumModel } from "./model.js";
import { enumPrefix, isProtoIdentifier, upperSnakeCase } from "./names.js";

export interface EnumValueModel {
  readonly name: string;
  readonly number: number;
  readonly options: Documented;
}

/** The values of an enum as proto has them: prefixed with its name, zero first. */
export function enumValues(model: EnumModel): EnumValueModel[] {
  const { members, options } = model.facts;
  const prefix = enumPrefix(model.name);
  const values = [...members].map(([member, number]): EnumValueModel => {
    if (!Number.isInteger(number) || number < -(2 ** 31) || number >= 2 ** 31) {
      throw new SluiceError(
        "enum_invalid",
        `${model.name}.${member} is ${JSON.stringify(number)}; enum values are 32-bit integers. ` +
          `Write ${member}: 1 instead.`,
      );
    }
    const upper = upperSnakeCase(member);
    const name = upper.startsWith(`${prefix}_`) ? upper : `${prefix}_${upper}`;
    if (!isProtoIdentifier(name)) {
      throw new SluiceError(
        "name_invalid",
        `${model.name}.${member} would be "${name}", which is not a proto identifier. Rename it.`,
      );
    }
    if (isReservedNumber(options.reserved, number) || options.reserved?.includes(name)) {
      throw new SluiceError(
        "enum_invalid",
        `${model.name}.${member} uses number ${number} and name "${name}", one of which the enum ` +
          "reserves: it had another meaning once. Choose a new one.",
      );
    }
    return { name, number, options: options.values?.[member] ?? {} };
  });
  const zero = values.findIndex(({ number }) => number === 0);
  if (zero === -1) {
    throw new SluiceError(
      "enum_invalid",
      `enum ${model.name} has no value 0, which proto3 needs as its default. ` +
        "Write `Unspecified: 0` first.",
    );
  }
  checkGeneratedNames(model, prefix, values);
  return [...values.splice(zero, 1), ...values];
}

/** Code generators drop the prefix and the underscores; proto refuses what would then be the same. */
function checkGeneratedNames(
  model: EnumModel,
  prefix: string,
  values: readonly EnumValueModel[],
): void {
  const byGeneratedName = new Map<string, EnumValueModel>();
  for (const value of values) {
    const generated = value.name
      .slice(prefix.length)
      .replace(/_+(.?)([^_]*)/g, (_, first: string, rest: string) => first + rest.toLowerCase());
    const other = byGeneratedName.get(generated);
    if (other !== undefined && other.name !== value.name && other.number !== value.number) {
      throw new SluiceError(
        "name_duplicate",
        `${other.name} and ${value.name} of enum ${model.name} are the same to code generators, ` +
          "which drop the underscores. Rename one of the two members.",
      );
    }
    byGeneratedName.set(generated, value);
  }
}
