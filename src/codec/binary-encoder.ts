import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { ByteWriter } from "./byte-writer.js";
import { isImplicit, isSetText, tagOf, type ValueShape, valueShape } from "./field-shape.js";
import { FunctionText } from "./function-text.js";
import { oncePerType } from "./once-per-type.js";
import { scalarTexts } from "./scalar-types.js";
import { giveUp } from "./unusual.js";

/** Writes the fields of a message; gives up where that is not plainly possible. */
export type BinaryEncoder = (writer: ByteWriter, message: unknown) => void;

/** The function for a message type. */
export const binaryEncoder = oncePerType(compileEncode);

function compileEncode(desc: DescMessage): BinaryEncoder {
  const text = new FunctionText();
  text.add(
    "let v;",
    `if (m.$typeName !== ${JSON.stringify(desc.typeName)} || m.$unknown !== undefined) ${text.ref(giveUp)}();`,
  );
  for (const field of desc.fields.toSorted((a, b) => a.number - b.number)) {
    text.add(`v = m[${JSON.stringify((field.oneof ?? field).localName)}];`, fieldText(field, text));
  }
  return text.compile("w", "m") as BinaryEncoder;
}

/** Writes a field, or does not, by what its property has: `v`. */
function fieldText(field: DescField, text: FunctionText): string {
  const shape = valueShape(field);
  const one = (value: string) => valueText(shape, tagOf(field, wireTypeOf(shape)), value, text);
  const name = JSON.stringify(field.localName);
  if (field.oneof !== undefined) return `if (v.case === ${name}) { ${one("v.value")} }`;
  if (field.fieldKind === "list") {
    const each = "for (let i = 0; i < v.length; i++)";
    if (!field.packed) return `${each} { ${one("v[i]")} }`;
    const values = `${each} ${plainText(shape, "v[i]", text)}`;
    return `if (v.length > 0) { ${delimited(tagOf(field, 2), values)} }`;
  }
  if (field.fieldKind === "map") {
    const key = scalarTexts[field.mapKey];
    const entry =
      `w.tag(${tagOf({ number: 1 }, key.wireType)}); w.${key.method}(${keyText(field.mapKey)}); ` +
      valueText(shape, tagOf({ number: 2 }, wireTypeOf(shape)), "v[k]", text);
    return `for (const k of Object.keys(v)) { ${delimited(tagOf(field, 2), entry)} }`;
  }
  if (!isImplicit(field)) {
    return `if (v !== undefined && Object.hasOwn(m, ${name})) { ${one("v")} }`;
  }
  if (shape.kind !== "scalar") return `${text.ref(giveUp)}();`;
  return `if (${isSetText(shape.scalar, "v")}) { ${one("v")} }`;
}

function wireTypeOf(shape: ValueShape): number {
  return shape.kind === "scalar" ? shape.scalar.wireType : 2;
}

/** Writes one value with its tag. */
function valueText(shape: ValueShape, tag: number, value: string, text: FunctionText): string {
  switch (shape.kind) {
    case "scalar":
      return `w.tag(${tag}); ${plainText(shape, value, text)}`;
    case "message":
      return delimited(tag, `${text.ref(binaryEncoder(shape.desc))}.run(w, ${value});`);
    case "wrapper": {
      const { scalar } = shape;
      const inner = `w.tag(${tagOf({ number: 1 }, scalar.wireType)}); w.${scalar.method}(${value});`;
      return delimited(tag, `if (${isSetText(scalar, value)}) { ${inner} }`);
    }
    case "unusual":
      return `${text.ref(giveUp)}();`;
  }
}

/** Writes one scalar without its tag. */
function plainText(shape: ValueShape, value: string, text: FunctionText): string {
  return shape.kind === "scalar" ? `w.${shape.scalar.method}(${value});` : `${text.ref(giveUp)}();`;
}

function delimited(tag: number, content: string): string {
  return `{ const s = w.open(${tag}); ${content} w.close(s); }`;
}

/** The key of an entry from the property's name. */
function keyText(type: ScalarType): string {
  switch (type) {
    case ScalarType.STRING:
      return "k";
    case ScalarType.BOOL:
      return 'k === "true" ? true : k === "false" ? false : k';
    default:
      return scalarTexts[type].zero === "0n" ? "BigInt(k)" : "Number.parseInt(k)";
  }
}
