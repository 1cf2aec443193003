import { crc32 } from "node:zlib";
import { invalidCursor } from "./query-check.js";

/**
 * Where a query goes on, as a text that callers keep and give back: numbers in the base 36, after a
 * checksum of the query that they belong to.
 */
export function formatCursor(query: unknown, numbers: readonly number[]): string {
  return [checksum(query), ...numbers].map((number) => number.toString(36)).join(".");
}

/** @throws SluiceError `query_invalid` for a text that `formatCursor` did not make for this query. */
export function parseCursor(query: unknown, text: string): number[] {
  const [sum, ...numbers] = /^[\da-z.-]{1,8192}$/.test(text)
    ? text.split(".").map((part) => Number.parseInt(part, 36))
    : [];
  if (sum === checksum(query) && numbers.every(Number.isSafeInteger)) return numbers;
  throw invalidCursor();
}

function checksum(query: unknown): number {
  return crc32(
    JSON.stringify([query], (_, value) => (typeof value === "bigint" ? `${value}` : value)),
  );
}
