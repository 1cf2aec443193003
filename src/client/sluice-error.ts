import { type Code, ConnectError } from "@connectrpc/connect";
import { ErrorDetailSchema, type FieldViolation } from "../gen/sluice/errors/v1/errors_pb.js";

/** What a caller can know of an error that Sluice raised. */
export interface SluiceErrorInfo {
  /** The stable code, such as `topic_subscriber_evicted`; docs/errors.md has the table. */
  readonly code: string;
  /** Connect's status code, which every RPC error has. */
  readonly status: Code;
  /** Each refused field, where the error is about the content of a message. */
  readonly violations: readonly Pick<FieldViolation, "field" | "description">[];
}

/** The coded error in something that was thrown, or `undefined` if it is not one of Sluice's. */
export function sluiceError(thrown: unknown): SluiceErrorInfo | undefined {
  const error = ConnectError.from(thrown);
  const [detail] = error.findDetails(ErrorDetailSchema);
  return detail && { code: detail.code, status: error.code, violations: detail.violations };
}
