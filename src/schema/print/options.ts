import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type MessageShape,
  ScalarType,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { Path, PrintContext } from "./context.js";
import { quote } from "./literals.js";
import type { Layout } from "./printer.js";
import { unprintable } from "./unprintable.js";

/** One option as it stands in the text: `name = value`. */
export interface OptionText {
  readonly name: string;
  readonly value: string;
  /** Its field number in the options message; 0 for `json_name`, which is no real option. */
  readonly number: number;
}

/**
 * All options that are set, by name: the order buf format gives file options, used everywhere.
 * Reads the options message by reflection, so that an option added to descriptor.proto is printed
 * (or refused) without a change here.
 */
export function listOptions<Desc extends DescMessage>(
  schema: Desc,
  options: MessageShape<Desc> | undefined,
  element: string,
): OptionText[] {
  if (options === undefined) return [];
  const [custom] = options.$unknown ?? [];
  if (custom !== undefined) {
    unprintable(element, `it has a custom option (field ${custom.no} of ${schema.typeName})`);
  }
  const message = reflect(schema, options);
  return sortOptions(
    schema.fields
      .filter((field) => message.isSet(field))
      .flatMap((field) =>
        formatValues(field, message.get(field), element).map((value) => ({
          name: field.name,
          value,
          number: field.number,
        })),
      ),
  );
}

/** Sorts options into printing order; several values of one option keep theirs. */
export function sortOptions(options: readonly OptionText[]): OptionText[] {
  return options.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Options as statements (`option deprecated = true;`), with the comments found below `path`. */
export function printOptions(
  { out, comments }: PrintContext,
  options: readonly OptionText[],
  path: Path,
  layout: Layout = "body",
): void {
  for (const { name, value, number } of options) {
    out.statement(`option ${name} = ${value};`, comments.take([...path, number]), layout);
  }
  out.gap();
}

/** Options in brackets after a field or enum value: one stays on the line, more get one each. */
export function bracketOptions(options: readonly OptionText[]): string {
  const entries = options.map(({ name, value }) => `${name} = ${value}`);
  if (entries.length === 0) return "";
  if (entries.length === 1) return ` [${entries[0]}]`;
  return ` [\n${entries.map((entry) => `  ${entry}`).join(",\n")}\n]`;
}

function formatValues(field: DescField, value: unknown, element: string): string[] {
  switch (field.fieldKind) {
    case "enum":
      return [formatEnum(field.enum, value, `${field.name} of ${element}`)];
    case "scalar":
      if (field.scalar === ScalarType.BOOL) return [String(value)];
      if (field.scalar === ScalarType.STRING) return [quote(String(value))];
      break;
    case "list":
      if (field.listKind === "enum") {
        const values = Array.from(value as Iterable<unknown>);
        return values.map((item) => formatEnum(field.enum, item, `${field.name} of ${element}`));
      }
      break;
  }
  return unprintable(element, `it sets the option ${field.name}`);
}

function formatEnum(desc: DescEnum, value: unknown, element: string): string {
  const name = desc.value[Number(value)]?.name;
  return name ?? unprintable(element, `${value} is no value of ${desc.typeName}`);
}
