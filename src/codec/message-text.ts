import { type DescField, type DescMessage, type DescOneof, ScalarType } from "@bufbuild/protobuf";
import { isImplicit, valueShape } from "./field-shape.js";
import type { FunctionText } from "./function-text.js";

/**
 * The text that makes a message. Its members are kept in variables until all are read, and the
 * message is made of one literal: the engine then has few shapes of objects to tell apart.
 */
export interface MessageText {
  /** The variable of a field, or of the oneof it is in. */
  readonly variable: (field: DescField) => string;
  readonly declarations: readonly string[];
  /** Leaves the message in `m`. */
  readonly creation: readonly string[];
}

export function messageText(desc: DescMessage, text: FunctionText): MessageText {
  const variables = new Map<DescField | DescOneof, string>();
  const declarations: string[] = [];
  const properties = [`$typeName: ${JSON.stringify(desc.typeName)}`];
  const optional: string[] = [];
  for (const member of desc.members) {
    const variable = `f${variables.size}`;
    const name = JSON.stringify(member.localName);
    variables.set(member, variable);
    declarations.push(`let ${variable} = ${initialText(member, text)};`);
    if (member.kind === "oneof") properties.push(`${name}: ${variable} ?? { case: undefined }`);
    else if (!isExplicit(member)) properties.push(`${name}: ${variable}`);
    else optional.push(`if (${variable} !== undefined) m[${name}] = ${variable};`);
  }
  return {
    variable: (field) => variables.get(field.oneof ?? field)!,
    declarations,
    creation: [`const m = { ${properties.join(", ")} };`, ...optional],
  };
}

/** Whether an unset field is a property that is not there. */
function isExplicit(field: DescField): boolean {
  return field.fieldKind !== "list" && field.fieldKind !== "map" && !isImplicit(field);
}

function initialText(member: DescField | DescOneof, text: FunctionText): string {
  if (member.kind === "oneof") return "undefined";
  if (member.fieldKind === "list") return "[]";
  if (member.fieldKind === "map") return "{}";
  const shape = valueShape(member);
  if (isExplicit(member) || shape.kind !== "scalar") return "undefined";
  // Shared by all messages, like the one @bufbuild/protobuf has: there is nothing in it to change.
  return member.scalar === ScalarType.BYTES ? text.ref(new Uint8Array()) : shape.scalar.zero;
}
