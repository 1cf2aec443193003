import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Timestamp } from "../../src/log/model/timestamp.js";

const folder = join(import.meta.dirname, "vectors/hat");

/** The rows of a file in test/log/vectors/hat; its `about` says what they mean. */
export function readVectors<Row>(name: string): readonly Row[] {
  return readVectorFile<{ readonly vectors: readonly Row[] }>(name).vectors;
}

/** All of a file in test/log/vectors/hat. */
export function readVectorFile<File>(name: string): File {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as File;
}

/** A timestamp in the vectors; seconds which no number can hold are text. */
export interface VectorTimestamp {
  readonly s: number | string;
  readonly us: number;
}

export function timestampOf({ s, us }: VectorTimestamp): Timestamp {
  return { seconds: BigInt(s), micros: us };
}
