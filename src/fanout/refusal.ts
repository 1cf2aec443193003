import { SluiceError } from "../errors.js";

/**
 * Marks a promise as one whose rejection nobody has to look at. Publishing from a timer without
 * awaiting it is normal use: a full line or a closed topic must not bring down the process.
 */
export function unheeded(promise: Promise<void>): Promise<void> {
  promise.catch(() => {});
  return promise;
}

/** What a publish returns which was refused. */
export function refusal(error: unknown): Promise<void> {
  return unheeded(Promise.reject(error));
}

/** The error of everything that is done to a closed topic. */
export function closedError(cause?: unknown): SluiceError {
  return new SluiceError(
    "topic_closed",
    "The topic is closed",
    cause === undefined ? undefined : { cause },
  );
}
