import { existsSync } from "node:fs";
import { createRegistry, type DescMethod, type Registry } from "@bufbuild/protobuf";
import { CliError } from "../cli-error.js";
import { loadApp } from "../load-app.js";
import { findBuf } from "../run-buf.js";
import { type Services, servicesOfApp, servicesOfProto } from "../services.js";
import type { CallProtocol } from "./call-protocols.js";
import { findMethod, type MethodName, unknownService } from "./find-method.js";
import { schemalessMethod } from "./schemaless-method.js";

const defaultProtoDir = "proto";

/** Where the schema may come from. */
export interface SchemaOptions {
  readonly app: string | undefined;
  readonly proto: string | undefined;
  readonly protocol: CallProtocol;
}

/** The method to call. */
export interface ResolvedMethod {
  readonly method: DescMethod;
  /** The types that messages may carry by name. */
  readonly types: Registry;
  /** Why nothing but its name is known of the method, if so. */
  readonly schemaless?: string;
}

/**
 * Finds a method in the schema that was asked for, or else in the folder `proto`, or else makes do
 * without one, which is enough for a unary call in Connect's JSON.
 */
export async function resolveMethod(
  name: MethodName,
  { app, proto, protocol }: SchemaOptions,
): Promise<ResolvedMethod> {
  if (app !== undefined && proto !== undefined) {
    throw new CliError("--app and --proto exclude each other", "Give one of them.");
  }
  if (app !== undefined) return required(servicesOfApp(await loadApp(app)), name);
  if (proto !== undefined) return required(await servicesOfProto(proto), name);

  const found = await inDefaultFolder(name);
  if (typeof found !== "string") return found;
  const isFullName = name.service.includes(".");
  if (isFullName && protocol === "connect") {
    return { method: schemalessMethod(name), types: createRegistry(), schemaless: found };
  }
  throw new CliError(
    isFullName
      ? `${protocol} needs the schema, and ${found}`
      : `cannot tell which service "${name.service}" is: ${found}`,
    "Say where the schema is: --app FILE or --proto DIR.",
  );
}

function required({ services, types }: Services, name: MethodName): ResolvedMethod {
  const method = findMethod(services, name);
  if (method === undefined) throw unknownService(services, name.service);
  return { method, types };
}

/** The method, or why it was not found. */
async function inDefaultFolder(name: MethodName): Promise<ResolvedMethod | string> {
  if (!existsSync(defaultProtoDir)) return `there is no folder ${defaultProtoDir}`;
  if (findBuf() === undefined) return `buf is not installed, which reads ${defaultProtoDir}`;
  let found: Services;
  try {
    found = await servicesOfProto(defaultProtoDir);
  } catch (error) {
    // Nobody asked for this folder: that it does not compile is no reason to give up.
    return (error as Error).message;
  }
  const method = findMethod(found.services, name);
  if (method === undefined) return `${defaultProtoDir} declares no ${name.service}`;
  return { method, types: found.types };
}
