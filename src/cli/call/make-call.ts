import {
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  type Message,
  toJson,
} from "@bufbuild/protobuf";
import { CliError } from "../cli-error.js";
import { exitCodes } from "../exit-codes.js";
import { interruptSignal } from "../interrupt.js";
import { print } from "../print.js";
import { callFailure } from "./call-failure.js";
import type { MethodName } from "./find-method.js";
import { requestMessages } from "./request-messages.js";
import { resolveMethod, type SchemaOptions } from "./resolve-method.js";
import { transportFor } from "./transport.js";

/** A call as it is written on the command line. */
export interface CallOptions extends SchemaOptions {
  readonly url: string;
  readonly name: MethodName;
  /** JSON, or `-` for stdin. */
  readonly request: string;
  readonly headers: Headers;
  readonly timeoutMs: number | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
}

/**
 * Makes a call and prints what is answered: the messages of a stream as they arrive, one in a line.
 *
 * @returns the exit code. Ctrl-C is how one ends a stream, so that is no failure.
 * @throws CliError for a call that failed.
 */
export async function makeCall(options: CallOptions): Promise<number> {
  const { url, name, headers, timeoutMs } = options;
  const { method, types, schemaless } = await resolveMethod(name, options);
  if (options.verbose && schemaless !== undefined) {
    console.error(`without a schema, as ${schemaless}`);
  }
  const signal = interruptSignal();
  const transport = transportFor(options.protocol, url, method);
  const requests = requestMessages(method, options.request, types);
  const show = (message: Message, indent: number): void => {
    print(JSON.stringify(toJson(method.output, message, { registry: types }), null, indent));
  };
  try {
    if (isUnary(method)) {
      const { value } = await requests.next();
      const answer = await transport.unary(method, signal, timeoutMs, headers, value);
      show(answer.message, options.json ? 0 : 2);
    } else {
      const stream = method as DescMethodStreaming;
      const answer = await transport.stream(stream, signal, timeoutMs, headers, requests);
      for await (const message of answer.message) show(message, 0);
    }
  } catch (error) {
    if (signal.aborted && !isUnary(method)) return exitCodes.ok;
    throw explain(callFailure(error, url), schemaless);
  }
  return exitCodes.ok;
}

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === "unary";
}

function explain(failure: CliError, schemaless: string | undefined): CliError {
  // Any other answer means that the method is unary indeed.
  if (schemaless === undefined || !/\b415\b/.test(failure.message)) return failure;
  return new CliError(
    "the server takes no plain JSON for this method (HTTP 415)",
    `Without a schema only unary methods can be called, and ${schemaless}.\n` +
      "Say where the schema is: --app FILE or --proto DIR.",
    { cause: failure, exitCode: failure.exitCode },
  );
}
