import type { DescFile } from "@bufbuild/protobuf";
import { SluiceError } from "../errors.js";
import { enumValues } from "./enum-values.js";
import { filePath, importedFiles } from "./imported-files.js";
import type { FieldModel, MessageModel, PackageModel, SchemaModel, ServiceModel } from "./model.js";
import { jsonName } from "./names.js";

/** Refuses names that proto does not allow twice, saying which two declarations meet. */
export function checkNames(model: SchemaModel): void {
  const services = new Scope(
    "service_duplicate",
    "Pass one instance of it, or rename one service.",
  );
  for (const { contract } of model.contracts) services.add(contract.typeName, "a contract");
  const imported = importedFiles(model);
  const packages = packageScope(model.packages);
  for (const { name, path, ...declared } of model.packages) {
    const file = imported.get(path);
    if (file !== undefined) throw pathTaken(file, name);
    const scope = new Scope("name_duplicate", renameHint);
    for (const other of imported.values()) addImported(scope, other, name);
    for (const service of declared.services) {
      const owner = `service of class ${service.instance.constructor.name}`;
      services.add(service.typeName, owner);
      scope.add(service.typeName, owner);
      checkMethods(service);
    }
    for (const message of declared.messages) {
      scope.add(message.typeName, describe(message));
      checkFields(message, scope);
    }
    for (const enumModel of declared.enums) {
      scope.add(enumModel.typeName, "an enumType()");
      // Values live beside their enum, not inside it.
      for (const value of enumValues(enumModel)) {
        scope.add(`${name}.${value.name}`, `a value of enum ${enumModel.name}`);
      }
    }
    for (const typeName of scope.names) packages.refuse(typeName, scope.ownerOf(typeName));
  }
}

const renameHint =
  'Rename one of them: @message({ name: "…" }), @action({ name: "…" }) for the message made for ' +
  "an RPC, or the name of the enumType().";

function checkMethods(service: ServiceModel): void {
  const scope = new Scope("rpc_duplicate", 'Give one of them another name: { name: "RpcName" }.');
  for (const method of service.methods) {
    scope.add(`${service.typeName}.${method.name}`, `method ${method.facts.property}()`);
  }
}

function checkFields(message: MessageModel, scope: Scope): void {
  const hint = 'Give one of them another name: @field(n, …, { name: "proto_name" }).';
  const json = new Scope("field_name_duplicate", hint);
  const names = new Scope("field_name_duplicate", hint);
  const oneofs = new Set<string>();
  for (const field of message.fields) {
    const owner = `${message.name}.${field.property}`;
    names.add(`${message.typeName}.${field.name}`, owner);
    json.add(`${message.typeName}.${jsonName(field.name)} (JSON name)`, owner);
    scope.add(`${message.typeName}.${field.name}`, owner);
    if (field.cardinality === "map") {
      scope.add(`${message.typeName}.${mapEntryName(field)}`, `the map entry of ${owner}`);
    }
    if (field.oneof !== undefined && !oneofs.has(field.oneof)) {
      oneofs.add(field.oneof);
      scope.add(`${message.typeName}.${field.oneof}`, `oneof ${field.oneof} of ${message.name}`);
    }
  }
}

/** The name protoc gives the entry message of a map field. */
export function mapEntryName(field: Pick<FieldModel, "name">): string {
  const camel = jsonName(field.name);
  return `${camel.charAt(0).toUpperCase()}${camel.slice(1)}Entry`;
}

function describe({ type, wrapperOf }: MessageModel): string {
  return type === undefined ? `the message made for ${wrapperOf}` : `class ${type.name}`;
}

/** Files of one package share its names, whoever wrote them. */
function addImported(scope: Scope, file: DescFile, packageName: string): void {
  if (file.proto.package !== packageName) return;
  const values = file.enums.flatMap((desc) => desc.values.map(({ name }) => name));
  const types = [...file.messages, ...file.enums, ...file.services].map(({ name }) => name);
  for (const name of [...types, ...values]) scope.add(`${packageName}.${name}`, filePath(file));
}

/** `a` and `a.v1` of a package `a.v1`: nothing else can have these names. */
function packageScope(models: readonly PackageModel[]): Scope {
  const scope = new Scope("name_duplicate", "Rename one of the two.");
  for (const { name } of models) {
    const parts = name.split(".");
    parts.forEach((_, i) => {
      const prefix = parts.slice(0, i + 1).join(".");
      if (!scope.has(prefix)) scope.add(prefix, `package ${name}`);
    });
  }
  return scope;
}

function pathTaken(file: DescFile, packageName: string): SluiceError {
  return new SluiceError(
    "name_duplicate",
    `${filePath(file)} would be written for package ${packageName}, but is the file of generated ` +
      "code the app uses. Give the classes another package: @service({ package: … }).",
  );
}

class Scope {
  readonly #owners = new Map<string, string>();

  constructor(
    readonly code:
      | "name_duplicate"
      | "rpc_duplicate"
      | "service_duplicate"
      | "field_name_duplicate",
    readonly hint: string,
  ) {}

  get names(): Iterable<string> {
    return this.#owners.keys();
  }

  has(name: string): boolean {
    return this.#owners.has(name);
  }

  ownerOf(name: string): string {
    return this.#owners.get(name) ?? "";
  }

  add(name: string, owner: string): void {
    this.refuse(name, owner);
    this.#owners.set(name, owner);
  }

  /** Throws if the name is taken. */
  refuse(name: string, owner: string): void {
    const other = this.#owners.get(name);
    if (other === undefined) return;
    throw new SluiceError(
      this.code,
      `${name} is declared twice: by ${other} and by ${owner}. ${this.hint}`,
    );
  }
}
