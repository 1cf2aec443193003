import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorDetailSchema } from "../../gen/sluice/errors/v1/errors_pb.js";

const max32 = 2 ** 32 - 1;

/** The error that the server would have answered, had the argument been fit to be sent. */
export function argumentInvalid(field: string, description: string): ConnectError {
  const violations = [{ field, description }];
  const value = create(ErrorDetailSchema, { code: "argument_invalid", violations });
  const detail = { desc: ErrorDetailSchema, value };
  return new ConnectError(`${field} ${description}`, Code.InvalidArgument, undefined, [detail]);
}

/**
 * A number that must be whole, for a message.
 *
 * @throws ConnectError `argument_invalid`, as `sluiceError()` reads it.
 */
export function whole(field: string, value: number, min = 0, max = max32): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw argumentInvalid(field, `must be a whole number from ${min} to ${max}`);
}

/** The same, for a field of 64 bits. */
export function wholeBigInt(field: string, value: number): bigint {
  return BigInt(whole(field, value, 0, Number.MAX_SAFE_INTEGER));
}
