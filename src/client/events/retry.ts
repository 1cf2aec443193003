import { Code, type ConnectError } from "@connectrpc/connect";
import { sluiceError } from "../sluice-error.js";

const finalCodes: ReadonlySet<Code> = new Set([
  Code.NotFound,
  Code.AlreadyExists,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.OutOfRange,
  Code.Unimplemented,
  Code.Unauthenticated,
]);

/** Whether a call that failed like this fails again, however often it is repeated. */
export function isFinal(error: ConnectError): boolean {
  // Connect's clients take a response that was cut off for invalid, too.
  if (error.code === Code.InvalidArgument) return sluiceError(error) !== undefined;
  return finalCodes.has(error.code);
}

/** Whether the server does not have the event that a subscription is to begin behind. */
export function isEventUnknown(error: ConnectError): boolean {
  return sluiceError(error)?.code === "event_unknown";
}
