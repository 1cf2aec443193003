import { type FieldViolation, SluiceError } from "../errors.js";
import { type ErrorListener, safeListener } from "../rpc/errors.js";
import type { RpcOptions } from "../rpc/router.js";
import type { RpcHandlerOptions } from "../rpc/rpc-handler.js";
import { isProtoPackage, snakeCase } from "../schema/names.js";

/** What `new App()` takes. */
export interface AppOptions extends RpcOptions, RpcHandlerOptions {
  /** For people: logs and command-line output. */
  readonly name: string;
  /** The proto package of services that name none; default: the name in snake_case, and `.v1`. */
  readonly package?: string;
  /** Instances of classes decorated with `@service()`. */
  readonly services?: readonly object[];
  /** Whether `finalize()` writes the .proto files, and where. */
  readonly proto?: {
    /** Default true where `proto` is given at all. */
    readonly emit?: boolean;
    /** The folder, relative to the working directory; default `proto`. */
    readonly dir?: string;
  };
  /**
   * Told of everything that went wrong and that callers do not get to see. Default: the error and
   * where it came from on stderr.
   */
  readonly onError?: ErrorListener;
}

/** Options checked, with the defaults that others depend on filled in. */
export interface ResolvedAppOptions extends AppOptions {
  readonly package: string;
  readonly proto: { readonly emit: boolean; readonly dir: string };
  readonly onError: ErrorListener;
}

/** @throws SluiceError `app_options_invalid`, naming every option that is wrong. */
export function resolveAppOptions(options: AppOptions): ResolvedAppOptions {
  const violations: FieldViolation[] = [];
  const require = (holds: boolean, field: string, description: string): void => {
    if (!holds) violations.push({ field, description });
  };
  const { name, package: packageName = `${snakeCase(String(name))}.v1`, proto } = options;
  require(typeof name === "string" && name !== "", "name", "must be a string that is not empty");
  require(isProtoPackage(
    packageName,
  ), "package", `"${packageName}" is no proto package; write for example "demo.v1"`);
  require(options.services === undefined ||
    Array.isArray(options.services), "services", "must be an array of instances");
  for (const field of [
    "readMaxBytes",
    "writeMaxBytes",
    "requestBodyTimeoutMs",
    "maxTimeoutMs",
  ] as const) {
    const value = options[field];
    const holds = value === undefined || (Number.isSafeInteger(value) && value > 0);
    require(holds, field, `must be a whole number above 0, got ${String(value)}`);
  }
  if (violations.length > 0) {
    const list = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
    throw new SluiceError("app_options_invalid", `App options: ${list}`, { violations });
  }
  return {
    ...options,
    package: packageName,
    proto: { emit: proto?.emit ?? proto !== undefined, dir: proto?.dir ?? "proto" },
    onError: safeListener(options.onError ?? reportOnStderr),
  };
}

const reportOnStderr: ErrorListener = (error, { service, method }) => {
  console.error(`sluice: ${service}/${method} failed:`, error);
};
