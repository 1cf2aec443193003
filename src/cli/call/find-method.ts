import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { CliError } from "../cli-error.js";
import { didYouMean } from "../nearest.js";

/** `service/method` as written on the command line. */
export interface MethodName {
  readonly service: string;
  readonly method: string;
}

/** @throws CliError when it is not of that form. */
export function parseMethodName(text: string): MethodName {
  const [, service, method] = /^\/?([\w.]+)\/(\w+)$/.exec(text) ?? [];
  if (service !== undefined && method !== undefined) return { service, method };
  throw new CliError(
    `"${text}" is no method`,
    "Write SERVICE/METHOD, for example demo.v1.DemoService/Ping or Demo/ping.",
  );
}

/**
 * Finds a method by its full name, or by what is left of it without the package, without the
 * suffix `Service` and without regard to upper and lower case.
 *
 * @returns `undefined` when there is no such service.
 * @throws CliError when several services go by that name, or the service has no such method.
 */
export function findMethod(
  services: readonly DescService[],
  name: MethodName,
): DescMethod | undefined {
  const exact = services.filter(({ typeName }) => typeName === name.service);
  const found = exact.length > 0 ? exact : services.filter((s) => goesBy(s, name.service));
  const [service, other] = found;
  if (service === undefined) return undefined;
  if (other !== undefined) {
    throw new CliError(
      `"${name.service}" may be ${found.map(({ typeName }) => typeName).join(" or ")}`,
      "Write the full name.",
    );
  }
  const wanted = name.method.toLowerCase();
  const method =
    service.methods.find((method) => method.name === name.method) ??
    service.methods.find((method) => method.name.toLowerCase() === wanted);
  if (method !== undefined) return method;
  const names = service.methods.map((method) => method.name);
  throw new CliError(
    `${service.typeName} has no method "${name.method}"`,
    `${didYouMean(name.method, names)}It has: ${names.join(", ")}.`,
  );
}

/** @returns the error for a service that is in none of the places looked at. */
export function unknownService(services: readonly DescService[], name: string): CliError {
  const full = services.map(({ typeName }) => typeName);
  const short = services.flatMap((s) => [s.name, s.name.replace(/Service$/, "")]);
  const meant = didYouMean(name, [...full, ...short]);
  return new CliError(`there is no service "${name}"`, `${meant}There are: ${full.join(", ")}.`);
}

function goesBy({ typeName }: DescService, name: string): boolean {
  const full = `.${typeName.toLowerCase()}`;
  const ending = `.${name.toLowerCase()}`;
  return full.endsWith(ending) || full.endsWith(`${ending}service`);
}
