import { SluiceError } from "../errors.js";
import { enumValues } from "./enum-values.js";
import type {
  ContractModel,
  FieldModel,
  MessageModel,
  PackageModel,
  ServiceModel,
} from "./model.js";
import { isProtoIdentifier, isProtoPackage, jsonName } from "./names.js";

/** Refuses names that proto does not allow twice, saying which two declarations meet. */
export function checkNames(
  packages: readonly PackageModel[],
  contracts: readonly ContractModel[],
): void {
  const services = new Scope(
    "service_duplicate",
    "Pass one instance of it, or rename one service.",
  );
  for (const { contract } of contracts) services.add(contract.typeName, "a contract");
  for (const model of packages) {
    checkIdentifier(model.name, "package", isProtoPackage);
    const scope = new Scope(
      "name_duplicate",
      'Rename one of them: @message({ name: "…" }) or the name of the enumType().',
    );
    for (const service of model.services) {
      const owner = `service of class ${service.instance.constructor.name}`;
      services.add(service.typeName, owner);
      scope.add(service.typeName, owner);
      checkMethods(service);
    }
    for (const message of model.messages) {
      checkIdentifier(message.name, "message", isProtoIdentifier);
      scope.add(message.typeName, describe(message));
      checkFields(message, scope);
    }
    for (const enumModel of model.enums) {
      checkIdentifier(enumModel.name, "enum", isProtoIdentifier);
      scope.add(enumModel.typeName, "an enumType()");
      // Values live beside their enum, not inside it.
      for (const { name } of enumValues(enumModel)) {
        scope.add(`${model.name}.${name}`, `a value of enum ${enumModel.name}`);
      }
    }
  }
}

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
  const oneofs = new Map<string, FieldModel>();
  for (const field of message.fields) {
    const owner = `${message.name}.${field.property}`;
    names.add(`${message.typeName}.${field.name}`, owner);
    json.add(`${message.typeName}.${jsonName(field.name)} (JSON name)`, owner);
    scope.add(`${message.typeName}.${field.name}`, owner);
    if (field.cardinality === "map") {
      scope.add(`${message.typeName}.${mapEntryName(field)}`, `the map entry of ${owner}`);
    }
    if (field.oneof !== undefined && !oneofs.has(field.oneof)) {
      checkIdentifier(field.oneof, "oneof", isProtoIdentifier);
      oneofs.set(field.oneof, field);
      scope.add(`${message.typeName}.${field.oneof}`, `oneof ${field.oneof} of ${message.name}`);
    }
  }
}

/** The name protoc gives the entry message of a map field. */
export function mapEntryName(field: Pick<FieldModel, "name">): string {
  const camel = jsonName(field.name);
  return `${camel.charAt(0).toUpperCase()}${camel.slice(1)}Entry`;
}

function describe(message: MessageModel): string {
  return message.type === undefined ? `the wrapper made for the RPC` : `class ${message.type.name}`;
}

function checkIdentifier(name: string, what: string, isValid: (name: string) => boolean): void {
  if (isValid(name)) return;
  throw new SluiceError(
    "name_invalid",
    `"${name}" cannot be the name of a ${what} in proto. ` +
      `Use letters, digits and underscores, and write it as the ${what}'s name option.`,
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

  add(name: string, owner: string): void {
    const other = this.#owners.get(name);
    if (other !== undefined) {
      throw new SluiceError(
        this.code,
        `${name} is declared twice: by ${other} and by ${owner}. ${this.hint}`,
      );
    }
    this.#owners.set(name, owner);
  }
}
