import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { valueShape } from "./field-shape.js";
import { FunctionText } from "./function-text.js";
import { enumReader, type JsonReader, jsonReaders, keyReader } from "./json-reader.js";
import { forScalar } from "./json-scalars.js";
import { isJsonCompiled, isTextual, jsonKeys } from "./json-shape.js";
import { messageText } from "./message-text.js";
import { oncePerType } from "./once-per-type.js";
import { giveUp } from "./unusual.js";

/** Makes a message of parsed JSON; gives up where that is not plainly possible. */
export type JsonDecoder = (reader: JsonReader, json: unknown) => unknown;

/** The function for a message type. */
export const jsonDecoder = oncePerType(compileDecode);

function compileDecode(desc: DescMessage): JsonDecoder {
  const text = new FunctionText();
  const message = messageText(desc, text);
  text.add("const j = r.enter(n);", ...message.declarations, "let v;");
  for (const field of desc.fields) {
    const [property, other] = jsonKeys(field).map((key) => `j[${JSON.stringify(key)}]`);
    text.add(
      `v = ${property};`,
      other === undefined ? "" : `if (v === undefined) v = ${other};`,
      `if (v !== undefined) { r.members++; ${fieldText(field, message.variable(field), text)} }`,
    );
  }
  text.add("r.depth--;", ...message.creation, "return m;");
  return text.compile("r", "n") as JsonDecoder;
}

/** Types that have a value for null. */
const nullable = new Set<unknown>(["google.protobuf.NullValue", "google.protobuf.Value"]);

/** Keeps the value `v` of a field. `null` is the same as none, where it is not a value itself. */
function fieldText(field: DescField, variable: string, text: FunctionText): string {
  const fail = `${text.ref(giveUp)}();`;
  if (field.oneof !== undefined) {
    const name = JSON.stringify(field.localName);
    const value = valueText(field, "v", text);
    return `if (${variable} !== undefined) ${fail} ${variable} = { case: ${name}, value: ${value} };`;
  }
  const ifSet = (statement: string) => `if (v !== null) ${statement}`;
  if (field.fieldKind === "list") {
    return ifSet(`for (const e of r.array(v)) ${variable}.push(${valueText(field, "e", text)});`);
  }
  if (field.fieldKind === "map") {
    const key = `${text.ref(keyReader(field.mapKey))}(k)`;
    const set = `r.members++; ${variable}[${key}] = ${valueText(field, "e[k]", text)};`;
    return ifSet(`{ const e = r.object(v); for (const k of Object.keys(e)) { ${set} } }`);
  }
  const { typeName } = field.enum ?? field.message ?? {};
  const isNullable = nullable.has(typeName);
  const set = `${variable} = ${valueText(field, "v", text)};`;
  return isNullable ? set : ifSet(set);
}

/** The expression of a value from its JSON. */
function valueText(field: DescField, value: string, text: FunctionText): string {
  if (field.enum !== undefined) return `${text.ref(enumReader(field.enum))}(${value})`;
  if (field.scalar !== undefined)
    return `${text.ref(forScalar(jsonReaders, field.scalar))}(${value})`;
  const shape = valueShape(field);
  const desc = field.message!;
  if (shape.kind === "wrapper") {
    return `r.wrapped(${text.ref(forScalar(jsonReaders, desc.fields[0]!.scalar!))}(${value}))`;
  }
  if (isJsonCompiled(desc)) return `${text.ref(jsonDecoder(desc))}.run(r, ${value})`;
  return isTextual(desc) ? `r.textual(${text.ref(desc)}, ${value})` : `${text.ref(giveUp)}()`;
}
