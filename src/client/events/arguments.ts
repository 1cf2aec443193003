import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorDetailSchema } from "../../gen/sluice/errors/v1/errors_pb.js";
import type { Timestamp } from "../../log/model/timestamp.js";

const max32 = 2 ** 32 - 1;
/** The beginning of the year 1, and the last second of 9999: JSON knows no others. */
const minSeconds = -62_135_596_800n;
const maxSeconds = 253_402_300_799n;

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

/**
 * A time, for a message.
 *
 * @throws ConnectError `argument_invalid`, as `sluiceError()` reads it.
 */
export function timestampMessage(field: string, timestamp: Timestamp | undefined) {
  if (timestamp === undefined) return undefined;
  const { seconds, micros } = timestamp;
  if (seconds < minSeconds || seconds > maxSeconds) {
    throw argumentInvalid(field, "must be a time of the years 1 to 9999");
  }
  return { seconds, nanos: whole(`${field}.micros`, micros, 0, 999_999) * 1_000 };
}
