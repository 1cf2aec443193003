import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { ByteReader } from "./byte-reader.js";
import { isImplicit, tagOf, type ValueShape, valueShape } from "./field-shape.js";
import { FunctionText } from "./function-text.js";
import { type ScalarText, scalarTexts } from "./scalar-types.js";
import { giveUp } from "./unusual.js";

/** Reads a message of one type; gives up where that is not plainly possible. */
export interface BinaryDecoder {
  decode(reader: ByteReader, length: number): unknown;
}

/** Made once: there is one descriptor of a message type, and it does not change. */
const decoders = new WeakMap<DescMessage, BinaryDecoder>();

export function binaryDecoder(desc: DescMessage): BinaryDecoder {
  const known = decoders.get(desc);
  if (known !== undefined) return known;
  const decoder: BinaryDecoder = { decode: giveUp };
  // Registered before its fields are looked at: they may lead back here.
  decoders.set(desc, decoder);
  decoder.decode = compileDecode(desc);
  return decoder;
}

/**
 * The function keeps the fields in variables until all are read and makes the message last, of
 * one literal: the engine then has few shapes of objects to tell apart.
 */
function compileDecode(desc: DescMessage): BinaryDecoder["decode"] {
  const text = new FunctionText();
  const properties = [`$typeName: ${JSON.stringify(desc.typeName)}`];
  const optional: string[] = [];
  const cases: string[] = [];
  text.add("const end = r.enter(n);", "let u;");
  desc.members.forEach((member, i) => {
    const variable = `f${i}`;
    const name = JSON.stringify(member.localName);
    if (member.kind === "oneof") {
      text.add(`let ${variable};`);
      properties.push(`${name}: ${variable} ?? { case: undefined }`);
      for (const field of member.fields) {
        cases.push(`case ${field.number}: { ${oneofText(field, variable, text)} break; }`);
      }
      return;
    }
    text.add(`let ${variable}${initialText(member, text)};`);
    if (isExplicit(member))
      optional.push(`if (${variable} !== undefined) m[${name}] = ${variable};`);
    else properties.push(`${name}: ${variable}`);
    cases.push(`case ${member.number}: { ${fieldText(member, variable, text)} break; }`);
  });
  text.add(
    "while (r.at < end) {",
    "const t = r.tag();",
    "switch (t >>> 3) {",
    ...cases,
    "default: u = r.unknown(t, u);",
    "}",
    "}",
    "r.leave(end);",
    `const m = { ${properties.join(", ")} };`,
    ...optional,
    "if (u !== undefined) m.$unknown = u;",
    "return m;",
  );
  return text.compile("r", "n") as BinaryDecoder["decode"];
}

function isExplicit(field: DescField): boolean {
  return field.fieldKind !== "list" && field.fieldKind !== "map" && !isImplicit(field);
}

function initialText(field: DescField, text: FunctionText): string {
  if (field.fieldKind === "list") return " = []";
  if (field.fieldKind === "map") return " = {}";
  if (isExplicit(field)) return "";
  // Shared by all messages, like the one @bufbuild/protobuf has: there is nothing in it to change.
  if (field.scalar === ScalarType.BYTES) return ` = ${text.ref(new Uint8Array())}`;
  const shape = valueShape(field);
  return ` = ${shape.kind === "scalar" ? shape.scalar.zero : "undefined"}`;
}

function oneofText(field: DescField, variable: string, text: FunctionText): string {
  const shape = valueShape(field);
  const name = JSON.stringify(field.localName);
  // A message that comes twice is merged.
  const again = shape.kind === "message" ? ` || ${variable}?.case === ${name}` : "";
  return (
    `${expectTag(field, shape, text, again)} ` +
    `${variable} = { case: ${name}, value: ${readText(shape, text)} };`
  );
}

function fieldText(field: DescField, variable: string, text: FunctionText): string {
  const shape = valueShape(field);
  const fail = `${text.ref(giveUp)}();`;
  if (shape.kind === "unusual") return fail;
  if (field.fieldKind === "map") {
    return `${expectTag(field, shape, text)} ${entryText(field, shape, variable, text)}`;
  }
  if (field.fieldKind === "list") {
    const push = `${variable}.push(${readText(shape, text)});`;
    if (shape.kind !== "scalar" || shape.scalar.wireType === 2) {
      return `${expectTag(field, shape, text)} ${push}`;
    }
    return (
      `if (t === ${tagOf(field, 2)}) { const e = r.end(); while (r.at < e) ${push} if (r.at !== e) ${fail} } ` +
      `else { ${expectTag(field, shape, text)} ${push} }`
    );
  }
  if (shape.kind === "scalar") {
    return `${expectTag(field, shape, text)} ${variable} = ${readText(shape, text)};`;
  }
  // A message that comes twice is merged.
  const expect = expectTag(field, shape, text, ` || ${variable} !== undefined`);
  if (shape.kind === "message") return `${expect} ${variable} = ${readText(shape, text)};`;
  const { scalar } = shape;
  return (
    `${expect} const e = r.enter(r.uint32()); ${variable} = ${scalar.zero}; ` +
    `if (r.at < e) { if (r.tag() !== ${tagOf({ number: 1 }, scalar.wireType)}) ${fail} ` +
    `${variable} = ${scalarRead(scalar)}; } r.leave(e);`
  );
}

function expectTag(field: DescField, shape: ValueShape, text: FunctionText, or = ""): string {
  const wireType = field.fieldKind === "map" ? 2 : wireTypeOf(shape);
  return `if (t !== ${tagOf(field, wireType)}${or}) ${text.ref(giveUp)}();`;
}

function wireTypeOf(shape: ValueShape): number {
  return shape.kind === "scalar" ? shape.scalar.wireType : 2;
}

/** Reads one value after its tag. */
function readText(shape: ValueShape, text: FunctionText): string {
  switch (shape.kind) {
    case "scalar":
      return scalarRead(shape.scalar);
    case "message":
      return `${text.ref(binaryDecoder(shape.desc))}.decode(r, r.uint32())`;
    default:
      return `${text.ref(giveUp)}()`;
  }
}

function scalarRead({ method }: ScalarText): string {
  return method === "bytes" ? "r.bytesField()" : `r.${method}()`;
}

function entryText(
  field: DescField & { fieldKind: "map" },
  shape: ValueShape,
  variable: string,
  text: FunctionText,
): string {
  const fail = `${text.ref(giveUp)}();`;
  const key = scalarTexts[field.mapKey];
  const zero =
    shape.kind === "message"
      ? `${text.ref(binaryDecoder(shape.desc))}.decode(r, 0)`
      : shape.kind === "scalar"
        ? shape.scalar.zero
        : "undefined";
  return [
    `const e = r.end(); let k = ${key.zero}, v;`,
    "while (r.at < e) switch (r.tag()) {",
    `case ${tagOf({ number: 1 }, key.wireType)}: k = ${scalarRead(key)}; break;`,
    // A message that comes twice is merged.
    `case ${tagOf({ number: 2 }, wireTypeOf(shape))}: if (v !== undefined) ${fail} v = ${readText(shape, text)}; break;`,
    `default: ${fail}`,
    "}",
    `if (r.at !== e || k === "__proto__") ${fail}`,
    `${variable}[k] = v ?? ${zero};`,
  ].join(" ");
}
