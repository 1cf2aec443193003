import { maxTimerMs } from "./server/limits.js";

const connectTimeout = "connect-timeout-ms";
const grpcTimeout = "grpc-timeout";

/** What each unit of a gRPC timeout is in milliseconds; shorter ones never get too long. */
const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1 };

/**
 * Shortens deadlines that Node's timers cannot hold (from about 24 days) to the longest they can.
 * Connect sets its timer to whatever a caller says, and Node fires one that is too long at once.
 * Values that are no deadlines are left for Connect to refuse.
 */
export function withinTimers(header: Headers): Headers {
  const connect = header.get(connectTimeout);
  if (connect !== null && /^\d{10}$/.test(connect) && Number(connect) > maxTimerMs) {
    return copyWith(header, connectTimeout, String(maxTimerMs));
  }
  const grpc = header.get(grpcTimeout);
  const [, count, unit = ""] = /^(\d{1,8})([HMSm])$/.exec(grpc ?? "") ?? [];
  if (Number(count) * (unitMs[unit] ?? 0) > maxTimerMs) {
    return copyWith(header, grpcTimeout, `${Math.floor(maxTimerMs / 1_000)}S`);
  }
  return header;
}

function copyWith(header: Headers, name: string, value: string): Headers {
  const copy = new Headers(header);
  copy.set(name, value);
  return copy;
}
