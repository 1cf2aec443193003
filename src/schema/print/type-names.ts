import type { DescriptorProto, FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { qualify } from "./context.js";
import { unprintable } from "./unprintable.js";

/**
 * What a name stands for, as far as looking up types goes: a message or enum, something else that
 * contains names (package, service), or something that does not (field, oneof, value, method).
 */
type SymbolKind = "type" | "scope" | "member";

/** Method types are looked up among names of every kind, field types among types only. */
export type TypeUse = "field" | "method";

/**
 * Words a type name cannot start with, because at that place they begin another statement (`message`),
 * a scalar type or a label. With a leading dot they are plain names.
 */
const keywords = new Set(
  (
    "double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool " +
    "string bytes map group optional required repeated stream message enum service rpc returns " +
    "oneof option extend extensions reserved import package syntax edition export local"
  ).split(" "),
);

/**
 * Shortens type names to what the compiler, searching from the innermost scope outwards, takes for
 * the type that was meant. The rules are those of protoc's DescriptorBuilder::LookupSymbol: the
 * first part of the name is searched scope by scope, and the first scope that has a fitting symbol
 * decides, even if the rest of the name is not found there.
 *
 * Names of the file's own package are written relative to it. Others keep their whole package:
 * leaving out a shared parent (`events.v1.Event` inside `sluice.state.v1`) is legal, but changes its
 * meaning as soon as some file declares a package `sluice.state.events`.
 */
export class TypeNames {
  readonly #package: string;
  readonly #symbols = new Map<string, SymbolKind>();

  /** Names in `imports` are known to shadow; of other imports, only what `file` mentions is known. */
  constructor(file: FileDescriptorProto, imports: readonly FileDescriptorProto[]) {
    this.#package = file.package;
    this.#declareFile(file);
    for (const other of imports) this.#declareFile(other);
    for (const typeName of mentionedTypes(file)) this.#declareMention(typeName);
  }

  /**
   * The shortest safe spelling of `typeName` (fully qualified, with leading dot) inside `scope`,
   * the full name of the message or service that mentions it.
   */
  shorten(typeName: string, scope: string, use: TypeUse, element: string): string {
    if (!/^(\.[A-Za-z_][A-Za-z0-9_]*)+$/.test(typeName)) {
      unprintable(element, `its type ${JSON.stringify(typeName)} is not a fully qualified name`);
    }
    const target = typeName.slice(1);
    const fits = (name: string) =>
      !keywords.has(firstPart(name)) && this.#resolve(name, scope, use) === target;
    return this.#candidates(target).find(fits) ?? typeName;
  }

  /** Possible spellings without leading dot, shortest first. */
  #candidates(target: string): string[] {
    const prefix = this.#package === "" ? "" : `${this.#package}.`;
    if (!target.startsWith(prefix)) return [target];
    const parts = target.slice(prefix.length).split(".");
    const relative = parts.map((_, index) => parts.slice(parts.length - 1 - index).join("."));
    return [...relative, target];
  }

  #resolve(name: string, scope: string, use: TypeUse): string | undefined {
    const first = firstPart(name);
    for (let inner: string | undefined = scope; inner !== undefined; inner = parent(inner)) {
      const kind = this.#symbols.get(qualify(inner, first));
      const decides = first === name ? use === "method" || kind === "type" : kind !== "member";
      if (kind !== undefined && decides) return qualify(inner, name);
    }
    return undefined;
  }

  #declareFile(file: FileDescriptorProto): void {
    const scope = file.package;
    for (let name = scope; name !== ""; name = parent(name) ?? "") this.#symbols.set(name, "scope");
    for (const message of file.messageType) this.#declareMessage(message, scope);
    this.#declareEnums(file.enumType, scope);
    for (const service of file.service) {
      const name = qualify(scope, service.name);
      this.#symbols.set(name, "scope");
      for (const method of service.method) this.#symbols.set(qualify(name, method.name), "member");
    }
  }

  #declareMessage(message: DescriptorProto, scope: string): void {
    const name = qualify(scope, message.name);
    this.#symbols.set(name, "type");
    for (const member of [...message.field, ...message.oneofDecl]) {
      this.#symbols.set(qualify(name, member.name), "member");
    }
    for (const nested of message.nestedType) this.#declareMessage(nested, name);
    this.#declareEnums(message.enumType, name);
  }

  #declareEnums(enums: DescriptorProto["enumType"], scope: string): void {
    for (const { name, value } of enums) {
      this.#symbols.set(qualify(scope, name), "type");
      // Enum values are siblings of their enum, as in C++.
      for (const { name } of value) this.#symbols.set(qualify(scope, name), "member");
    }
  }

  /** A type that is used exists, and so does all that contains it: packages or messages. */
  #declareMention(typeName: string): void {
    for (let name: string | undefined = typeName.slice(1); name; name = parent(name)) {
      if (!this.#symbols.has(name)) this.#symbols.set(name, "type");
    }
  }
}

/** "a.b" for "a.b.c", "" for "a", nothing for "". */
function parent(name: string): string | undefined {
  if (name === "") return undefined;
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}

function firstPart(name: string): string {
  return name.split(".", 1)[0] ?? name;
}

function mentionedTypes(file: FileDescriptorProto): string[] {
  const ofMessage = (message: DescriptorProto): string[] => [
    ...message.field.map((field) => field.typeName).filter((name) => name !== ""),
    ...message.nestedType.flatMap(ofMessage),
  ];
  const ofMethods = file.service.flatMap((service) =>
    service.method.flatMap((method) => [method.inputType, method.outputType]),
  );
  return [...file.messageType.flatMap(ofMessage), ...ofMethods];
}
