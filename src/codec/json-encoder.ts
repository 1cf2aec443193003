import type { DescField, DescMessage, JsonWriteOptions } from "@bufbuild/protobuf";
import { isImplicit, isSetText, type ValueShape, valueShape } from "./field-shape.js";
import { FunctionText } from "./function-text.js";
import { forScalar } from "./json-scalars.js";
import { isJsonCompiled } from "./json-shape.js";
import { enumWriter, jsonWriters, otherMessage } from "./json-writer.js";
import { oncePerType } from "./once-per-type.js";
import { giveUp } from "./unusual.js";

/** Writes a message as JSON text; gives up where that is not plainly possible. */
export type JsonEncoder = (message: unknown, options: Partial<JsonWriteOptions>) => string;

/** The function for a message type. */
export const jsonEncoder = oncePerType(compileEncode);

function compileEncode(desc: DescMessage): JsonEncoder {
  const text = new FunctionText();
  text.add(
    'let v, s = "";',
    `if (m.$typeName !== ${JSON.stringify(desc.typeName)} || m.$unknown !== undefined) ${text.ref(giveUp)}();`,
  );
  for (const field of desc.fields.toSorted((a, b) => a.number - b.number)) {
    text.add(`v = m[${JSON.stringify((field.oneof ?? field).localName)}];`, fieldText(field, text));
  }
  text.add('return s === "" ? "{}" : s + "}";');
  return text.compile("m", "o") as JsonEncoder;
}

/** Appends a field, or does not, by what its property has: `v`. */
function fieldText(field: DescField, text: FunctionText): string {
  const shape = valueShape(field);
  const key = JSON.stringify(field.jsonName);
  const name = JSON.stringify(field.localName);
  const first = JSON.stringify(`{${key}:`);
  const later = JSON.stringify(`,${key}:`);
  const append = (value: string) => `s += (s === "" ? ${first} : ${later}) + ${value};`;
  const one = (value: string) => valueText(field, shape, value, text);
  if (field.oneof !== undefined) return `if (v.case === ${name}) { ${append(one("v.value"))} }`;
  if (field.fieldKind === "list") {
    const items = `let l = ${one("v[0]")}; for (let i = 1; i < v.length; i++) l += "," + ${one("v[i]")};`;
    return `if (v.length > 0) { ${items} ${append('"[" + l + "]"')} }`;
  }
  if (field.fieldKind === "map") {
    const entries = `let l = ""; for (const k of Object.keys(v)) l += (l === "" ? "{" : ",") + JSON.stringify(k) + ":" + ${one("v[k]")};`;
    return `{ ${entries} if (l !== "") { ${append('l + "}"')} } }`;
  }
  if (!isImplicit(field)) {
    return `if (v !== undefined && Object.hasOwn(m, ${name})) { ${append(one("v"))} }`;
  }
  if (shape.kind !== "scalar") return `${text.ref(giveUp)}();`;
  return `if (${isSetText(shape.scalar, "v")}) { ${append(one("v"))} }`;
}

/** The expression of a value's text. */
function valueText(field: DescField, shape: ValueShape, value: string, text: FunctionText): string {
  if (field.enum !== undefined) return `${text.ref(enumWriter(field.enum))}(${value})`;
  if (field.scalar !== undefined)
    return `${text.ref(forScalar(jsonWriters, field.scalar))}(${value})`;
  const desc = field.message!;
  if (shape.kind === "wrapper") {
    return `${text.ref(forScalar(jsonWriters, desc.fields[0]!.scalar!))}(${value})`;
  }
  if (shape.kind === "unusual") return `${text.ref(giveUp)}()`;
  return isJsonCompiled(desc)
    ? `${text.ref(jsonEncoder(desc))}.run(${value}, o)`
    : `${text.ref(otherMessage)}(${text.ref(desc)}, ${value}, o)`;
}
