/**
 * The one table of coded errors. A code is part of the public contract: it is never renamed or
 * reused, and docs/errors.md lists exactly these (a test compares the two).
 *
 * `status` is the Connect code a caller sees when the error reaches the wire. Errors without one
 * are mistakes of the program, raised while classes are defined or the app is put together.
 */
export const errorCodes = {
  /** Publishing found more callers already waiting for room than `maxWaiting` allows. */
  topic_publish_overflow: { status: "resource_exhausted" },
  /** The topic has as many subscribers as it may have. */
  topic_subscribers_exceeded: { status: "resource_exhausted" },
  /** A `fifo` subscriber stayed full for longer than `slow.evictAfterMs`. */
  topic_subscriber_evicted: { status: "resource_exhausted" },
  /** More keys of one keyed stream are in use than it may have. */
  topic_keys_exceeded: { status: "resource_exhausted" },
  /** A topic was used after it was closed. */
  topic_closed: { status: "unavailable" },
} as const satisfies Record<string, { status?: ConnectStatus }>;

/** A stable identifier of one kind of failure. */
export type ErrorCode = keyof typeof errorCodes;

/** The Connect status names a coded error may map to. */
export type ConnectStatus =
  | "invalid_argument"
  | "not_found"
  | "already_exists"
  | "failed_precondition"
  | "resource_exhausted"
  | "aborted"
  | "out_of_range"
  | "unimplemented"
  | "internal"
  | "unavailable";

/** One bad field of a message, named by its path (`Order.items[3].price`). */
export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/** Every error Sluice itself raises: a stable `code`, and a message that says what to do. */
export class SluiceError extends Error {
  override readonly name = "SluiceError";

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions & { readonly violations?: readonly FieldViolation[] },
  ) {
    super(message, options);
    this.violations = options?.violations ?? [];
  }

  /** All bad fields at once, where the error is about the content of a message. */
  readonly violations: readonly FieldViolation[];
}
