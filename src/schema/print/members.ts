import { isFieldSet } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  type OneofDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { qualify } from "./context.js";
import { findMapEntries } from "./map-entry.js";
import { listSyntheticOneofs } from "./synthetic-oneofs.js";
import { unprintable } from "./unprintable.js";

/** A field, its position in the message, and the type behind it if it is a map. */
export interface FieldMember {
  readonly kind: "field";
  readonly desc: FieldDescriptorProto;
  readonly index: number;
  readonly entry: DescriptorProto | undefined;
}

/** A declared oneof around its fields. */
export interface OneofMember {
  readonly kind: "oneof";
  readonly desc: OneofDescriptorProto;
  readonly index: number;
  readonly fields: FieldMember[];
}

/** A nested message that is not a map entry. */
export interface MessageMember {
  readonly kind: "message";
  readonly desc: DescriptorProto;
  readonly index: number;
}

/**
 * Puts fields, oneofs and nested messages in the one order of the text that compiles to the orders
 * they have in the descriptor: fields first, nested messages after them, but a nested message that
 * the descriptor has before a map entry goes before that map's field (compilers add the entry to
 * the nested types where they meet the field).
 */
export function orderMembers(
  message: DescriptorProto,
  name: string,
): (FieldMember | OneofMember | MessageMember)[] {
  const entries = findMapEntries(message, name);
  const synthetic = listSyntheticOneofs(message, name);
  const declaredOneofs = message.oneofDecl.slice(0, message.oneofDecl.length - synthetic.size);
  const members: (FieldMember | OneofMember | MessageMember)[] = [];
  const nested = message.nestedType.map((desc, index) => ({ desc, index }));
  const addMessages = (end: number) => {
    while (nested[0] !== undefined && nested[0].index < end) {
      const next = nested.shift();
      if (next && !next.desc.options?.mapEntry) members.push({ kind: "message", ...next });
    }
  };
  let oneofs = 0;
  message.field.forEach((desc, index) => {
    const element = `field ${qualify(name, desc.name)}`;
    const entry = entries.get(index);
    const oneof = isFieldSet(desc, FieldDescriptorProtoSchema.field.oneofIndex);
    if (entry !== undefined) {
      if (oneof) unprintable(element, "a map cannot be optional or in a oneof");
      addMessages(entry.index);
    }
    const member: FieldMember = { kind: "field", desc, index, entry: entry?.desc };
    if (!oneof || synthetic.has(index)) {
      members.push(member);
      return;
    }
    const last = members.at(-1);
    if (last?.kind === "oneof" && last.index === desc.oneofIndex) {
      last.fields.push(member);
      return;
    }
    const decl = declaredOneofs[desc.oneofIndex];
    // The text declares a oneof where its fields are.
    if (decl === undefined || desc.oneofIndex !== oneofs++) {
      const oneofName = decl?.name ?? desc.oneofIndex;
      unprintable(
        element,
        `the fields of its oneof ${oneofName} are not side by side, or not in the order of the oneofs`,
      );
    }
    members.push({ kind: "oneof", desc: decl, index: desc.oneofIndex, fields: [member] });
  });
  addMessages(message.nestedType.length);
  const [empty] = declaredOneofs.slice(oneofs);
  if (empty !== undefined) unprintable(`oneof ${qualify(name, empty.name)}`, "it has no fields");
  return members;
}
