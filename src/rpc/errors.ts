import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { type ConnectStatus, errorCodes, SluiceError } from "../errors.js";
import { ErrorDetailSchema } from "../gen/sluice/errors/v1/errors_pb.js";

/** Whether a call is over, and why; an `AbortSignal` is one. */
export type AbortState = Pick<AbortSignal, "aborted" | "reason">;

/** Where an error came from. */
export interface RpcErrorContext {
  /** `demo.v1.DemoService` */
  readonly service: string;
  /** `Ping` */
  readonly method: string;
}

/** Told of every error whose text the caller does not get to see. */
export type ErrorListener = (error: unknown, context: RpcErrorContext) => void;

const statusCodes: Readonly<Record<ConnectStatus, Code>> = {
  invalid_argument: Code.InvalidArgument,
  not_found: Code.NotFound,
  already_exists: Code.AlreadyExists,
  failed_precondition: Code.FailedPrecondition,
  resource_exhausted: Code.ResourceExhausted,
  aborted: Code.Aborted,
  out_of_range: Code.OutOfRange,
  unimplemented: Code.Unimplemented,
  internal: Code.Internal,
  unavailable: Code.Unavailable,
};

/** A coded error as it goes over the wire, with its code as a typed detail; none without status. */
export function connectErrorOf(error: SluiceError): ConnectError | undefined {
  const { status } = errorCodes[error.code] as { status?: ConnectStatus };
  if (status === undefined) return undefined;
  const value = create(ErrorDetailSchema, {
    code: error.code,
    violations: error.violations.map(({ field, description }) => ({ field, description })),
  });
  const detail = { desc: ErrorDetailSchema, value };
  return new ConnectError(error.message, statusCodes[status], undefined, [detail], error);
}

/**
 * What a caller gets for something thrown by a method: Connect errors as they are, coded errors by
 * the table, and for everything else `internal` without its text, which goes to the listener.
 */
export function wireError(
  reason: unknown,
  signal: AbortState,
  context: RpcErrorContext,
  onError: ErrorListener,
): ConnectError {
  if (reason instanceof ConnectError) return wellFormed(reason);
  // The call is over already: what its method throws now only says so in other words.
  if (signal.aborted && isAbort(reason, signal))
    return ConnectError.from(signal.reason, Code.Canceled);
  const coded = reason instanceof SluiceError ? connectErrorOf(reason) : undefined;
  if (coded === undefined || coded.code === Code.Internal) onError(reason, context);
  return coded === undefined
    ? new ConnectError("internal error", Code.Internal, undefined, undefined, reason)
    : wellFormed(coded);
}

/**
 * Makes sure that an error's text can be sent. Connect's gRPC throws over half a surrogate pair,
 * which callers can smuggle into any message that quotes them.
 */
function wellFormed(error: ConnectError): ConnectError {
  const { rawMessage, code, metadata, cause } = error;
  if (rawMessage.isWellFormed()) return error;
  const copy = new ConnectError(rawMessage.toWellFormed(), code, metadata, undefined, cause);
  copy.details = error.details;
  return copy;
}

/**
 * A listener that cannot do harm: most errors are reported where nobody could catch what the
 * listener throws, and the process would end.
 */
export function safeListener(listener: ErrorListener): ErrorListener {
  return (error, context) => {
    try {
      const result: unknown = listener(error, context);
      // Nothing keeps an async function from being passed.
      if (result instanceof Promise) result.catch(warn);
    } catch (failure) {
      warn(failure);
    }
  };
}

function warn(failure: unknown): void {
  const text = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  process.emitWarning(`onError itself failed: ${text}`, "SluiceWarning");
}

function isAbort(reason: unknown, signal: AbortState): boolean {
  return reason === signal.reason || (reason instanceof Error && reason.name === "AbortError");
}
