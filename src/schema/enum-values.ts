import type { Documented } from "../decorators/facts.js";
import { SluiceError } from "../errors.js";
import type { EnumModel } from "./model.js";
import { isProtoIdentifier, upperSnakeCase } from "./names.js";

export interface EnumValueModel {
  readonly name: string;
  readonly number: number;
  readonly options: Documented;
}

/** The values of an enum as proto has them: prefixed with its name, zero first. */
export function enumValues(model: EnumModel): EnumValueModel[] {
  const { members, options } = model.facts;
  const prefix = upperSnakeCase(model.name);
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
  return [...values.splice(zero, 1), ...values];
}
