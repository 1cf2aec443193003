import { Code, ConnectError } from "@connectrpc/connect";
import { parseTimeout as parseConnectTimeout } from "@connectrpc/connect/protocol-connect";
import { parseTimeout as parseGrpcTimeout } from "@connectrpc/connect/protocol-grpc";
import { maxTimerMs } from "../server/limits.js";
import type { CallFormat } from "./formats.js";

/** What a call ends with whose time is up. */
export function deadlineExceeded(): ConnectError {
  return new ConnectError("the operation timed out", Code.DeadlineExceeded);
}

/** The time a caller gives, in milliseconds; NaN for what is none, is over, or is too long. */
export function timeoutOf({ enveloped }: CallFormat, text: string): number {
  const parse = enveloped ? parseGrpcTimeout : parseConnectTimeout;
  const { timeoutMs = Number.NaN, error } = parse(text, maxTimerMs);
  return error === undefined && timeoutMs > 0 ? timeoutMs : Number.NaN;
}
