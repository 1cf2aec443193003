import type { Timestamp } from "./model/timestamp.js";

/**
 * A timestamp as two plain numbers: what is compared, written and read all the time. Only for times
 * that protobuf knows, the years 1 to 9999.
 */
export interface Moment {
  readonly seconds: number;
  readonly micros: number;
}

export function momentOf({ seconds, micros }: Timestamp): Moment {
  return { seconds: Number(seconds), micros };
}

export function timestampOf({ seconds, micros }: Moment): Timestamp {
  return { seconds: BigInt(seconds), micros };
}

export function compareMoments(a: Moment, b: Moment): number {
  return a.seconds - b.seconds || a.micros - b.micros;
}
