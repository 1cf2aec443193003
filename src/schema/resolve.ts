import type { DescService } from "@bufbuild/protobuf";
import { EmptySchema } from "@bufbuild/protobuf/wkt";
import type { ClassFacts, MethodFacts } from "../decorators/facts.js";
import { declaresMethod, factsOf } from "../decorators/facts.js";
import type { FieldType } from "../decorators/field-types.js";
import { nativeFieldType } from "../decorators/native-types.js";
import { isAsyncGenerator } from "../decorators/stream.js";
import { SluiceError } from "../errors.js";
import { checkNames } from "./check-names.js";
import type {
  ContractModel,
  MethodKind,
  MethodModel,
  PackageModel,
  SchemaModel,
  ServiceModel,
} from "./model.js";
import { pascalCase, protoPath, requireIdentifier, requirePackage } from "./names.js";
import { orderPackages } from "./order-packages.js";
import { TypeResolver } from "./type-resolver.js";

/** A service instance and the package it belongs to unless its class names another. */
export interface ServiceEntry {
  readonly instance: object;
  readonly packageName: string;
}

/** Turns the facts of service classes into a model. Pure: it reads classes and changes nothing. */
export function resolveModel(entries: readonly ServiceEntry[]): SchemaModel {
  const resolver = new TypeResolver();
  const services: ServiceModel[] = [];
  const contracts: ContractModel[] = [];
  for (const { instance, packageName } of entries) {
    const facts = serviceFacts(instance);
    if (facts.service.contract !== undefined) {
      contracts.push(resolveContract(instance, facts, facts.service.contract));
    } else {
      services.push(resolveService(instance, facts, packageName, resolver));
    }
  }
  const names = new Set(
    [...services, ...resolver.messages, ...resolver.enums].map((x) => x.packageName),
  );
  const packages = [...names].map((name): PackageModel => {
    const inPackage = (x: { packageName: string }) => x.packageName === name;
    return {
      name,
      path: protoPath(name),
      services: services.filter(inPackage),
      messages: resolver.messages.filter(inPackage),
      enums: resolver.enums.filter(inPackage),
    };
  });
  checkNames({ packages, contracts });
  return { packages: orderPackages(packages), contracts };
}

type ServiceFacts = ClassFacts & Required<Pick<ClassFacts, "service">>;

function serviceFacts(instance: object): ServiceFacts {
  if (typeof instance === "function") {
    throw new SluiceError(
      "service_invalid",
      `services takes instances: write \`services: [new ${instance.name}()]\`.`,
    );
  }
  const name = instance?.constructor?.name;
  if (name === undefined || name === "Object") {
    throw new SluiceError(
      "service_invalid",
      "services takes instances of classes decorated with @service(); " +
        `${instance ? "an object without such a class" : instance} is not one.`,
    );
  }
  const facts = factsOf(instance.constructor);
  if (facts?.service === undefined) {
    throw new SluiceError(
      "service_invalid",
      `${name} is not a service. Write @service() above \`class ${name}\`.`,
    );
  }
  if (facts.methods.length === 0 && facts.service.contract === undefined) {
    throw new SluiceError(
      "service_invalid",
      `${name} has no RPCs. Write @action({ … }) or @stream({ … }) above its methods.`,
    );
  }
  return facts as ServiceFacts;
}

function resolveService(
  instance: object,
  facts: ServiceFacts,
  defaultPackage: string,
  resolver: TypeResolver,
): ServiceModel {
  const { options } = facts.service;
  const className = instance.constructor.name;
  const packageName = options.package ?? defaultPackage;
  requirePackage(packageName, className, '@service({ package: "demo.v1" })');
  const name = options.name ?? (/Service$/.test(className) ? className : `${className}Service`);
  requireIdentifier(name, `${className} would be service`, '@service({ name: "DemoService" })');
  const methods = facts.methods.map((method) => {
    if (method.kind === "stream") requireDecoratedOverride(instance, method.property);
    return resolveMethod(method, className, packageName, resolver);
  });
  return { name, packageName, typeName: `${packageName}.${name}`, options, instance, methods };
}

/**
 * A method that overrides a stream has to be one: called, it would otherwise publish nothing, or
 * what its base class says. An action needs no decorator of its own to be overridden.
 */
function requireDecoratedOverride(instance: object, property: string): void {
  let prototype = Object.getPrototypeOf(instance) as object;
  while (!Object.hasOwn(prototype, property)) prototype = Object.getPrototypeOf(prototype);
  if (declaresMethod(prototype.constructor, property)) return;
  throw new SluiceError(
    "stream_invalid",
    `${prototype.constructor.name}.${property} overrides a stream of its base class, but what it ` +
      "returns would not be published. Write @stream({ … }) above it too.",
  );
}

function resolveMethod(
  facts: MethodFacts,
  className: string,
  packageName: string,
  resolver: TypeResolver,
): MethodModel {
  const where = `${className}.${facts.property}`;
  const name = facts.options.name ?? pascalCase(facts.property);
  requireIdentifier(name, `${where} would be RPC`, `@${facts.kind}({ name: "RpcName" })`);
  const request = requestOf(facts, where);
  const response = facts.kind === "action" ? responseType(facts) : facts.options.payload;
  return {
    name,
    kind: methodKind(facts),
    request: resolver.payload(request, `the request of ${where}`, packageName, `${name}Request`),
    response: resolver.payload(
      response,
      `the response of ${where}`,
      packageName,
      `${name}Response`,
    ),
    facts,
  };
}

function requestOf(facts: MethodFacts, where: string): FieldType | undefined {
  if (facts.kind === "feed") return facts.options.request;
  return facts.kind === "action" ? requestType(facts, where) : streamRequest(facts, where);
}

function methodKind(facts: MethodFacts): MethodKind {
  if (facts.kind !== "action") return "server_streaming";
  const { stream } = facts.options;
  const sends = stream === "response" || stream === "both" || isAsyncGenerator(facts.body);
  const receives = stream === "request" || stream === "both";
  if (receives) return sends ? "bidi_streaming" : "client_streaming";
  return sends ? "server_streaming" : "unary";
}

function requestType(
  facts: MethodFacts & { kind: "action" },
  where: string,
): FieldType | undefined {
  if ("request" in facts.options) return facts.options.request;
  const [first] = facts.paramTypes ?? [];
  if (nativeFieldType(first) !== undefined) return first as FieldType;
  if (facts.body.length === 0) return EmptySchema;
  throw new SluiceError(
    "request_type_missing",
    `${where} takes a parameter but declares no request. Write the type, ` +
      "@action({ request: PingRequest, … }), or for a method that is sent nothing " +
      "`request: EmptySchema` from @bufbuild/protobuf/wkt.",
  );
}

/** A type that is written down but undefined is not left out: it was imported in a circle. */
function responseType({ options }: MethodFacts & { kind: "action" }): FieldType | undefined {
  return "response" in options ? options.response : EmptySchema;
}

function streamRequest(
  facts: MethodFacts & { kind: "stream" },
  where: string,
): FieldType | undefined {
  const { payload, key, request } = facts.options;
  if (payload === undefined) {
    throw new SluiceError(
      "stream_invalid",
      `${where} has no payload. Write what it publishes: @stream({ payload: Heartbeat }).`,
    );
  }
  if (key !== undefined && request === undefined) {
    throw new SluiceError(
      "stream_invalid",
      `${where} has a key but no request to take it from. ` +
        "Write the type subscribers send: @stream({ request: RobotRequest, key: (r) => r.id, … }).",
    );
  }
  return "request" in facts.options ? request : EmptySchema;
}

function resolveContract(
  instance: object,
  facts: ServiceFacts,
  contract: DescService,
): ContractModel {
  const className = instance.constructor.name;
  const methods = new Map<string, MethodFacts>();
  for (const method of facts.methods) {
    const known = contract.methods.find((m) => m.localName === method.property);
    if (known === undefined || method.kind !== "action") {
      throw new SluiceError(
        "contract_method_unknown",
        known === undefined
          ? `${className}.${method.property} is not an RPC of ${contract.typeName}. ` +
              `It has: ${contract.methods.map((m) => m.localName).join(", ")}.`
          : `${className}.${method.property} implements a contract; write @action() above it.`,
      );
    }
    methods.set(method.property, method);
  }
  const unbound = contract.methods.filter((method) => !methods.has(method.localName));
  if (unbound.length > 0) {
    throw new SluiceError(
      "contract_method_unbound",
      `${className} implements ${contract.typeName} but not all of it. ` +
        `Write ${unbound.map((m) => `@action() ${m.localName}(…)`).join(", ")}.`,
    );
  }
  return { contract, options: facts.service.options, instance, methods };
}
