import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { ByteReader } from "./byte-reader.js";
import { tagOf, type ValueShape, valueShape } from "./field-shape.js";
import { FunctionText } from "./function-text.js";
import { messageText } from "./message-text.js";
import { oncePerType } from "./once-per-type.js";
import { type ScalarText, scalarTexts } from "./scalar-types.js";
import { giveUp } from "./unusual.js";

/** Reads a message of known length; gives up where that is not plainly possible. */
export type BinaryDecoder = (reader: ByteReader, length: number) => unknown;

/** The function for a message type. */
export const binaryDecoder = oncePerType(compileDecode);

function compileDecode(desc: DescMessage): BinaryDecoder {
  const text = new FunctionText();
  const message = messageText(desc, text);
  const cases = desc.fields.map((field) => {
    const read = (field.oneof ? oneofText : fieldText)(field, message.variable(field), text);
    return `case ${field.number}: { ${read} break; }`;
  });
  text.add(
    "const end = r.enter(n);",
    ...message.declarations,
    "let u;",
    "while (r.at < end) {",
    "const t = r.tag();",
    "switch (t >>> 3) {",
    ...cases,
    "default: u = r.unknown(t, u);",
    "}",
    "}",
    "r.leave(end);",
    ...message.creation,
    "if (u !== undefined) m.$unknown = u;",
    "return m;",
  );
  return text.compile("r", "n") as BinaryDecoder;
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
      return `${text.ref(binaryDecoder(shape.desc))}.run(r, r.uint32())`;
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
      ? `${text.ref(binaryDecoder(shape.desc))}.run(r, 0)`
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
