/** Comparing what came back with what had to come back. */
import { isDeepStrictEqual } from "node:util";

/** Whether two bodies are the same bytes or, for JSON, the same value. */
export function sameBody(expected: Buffer, actual: Buffer, contentType: string): boolean {
  if (expected.equals(actual)) return true;
  if (!contentType.includes("json")) return false;
  try {
    return isDeepStrictEqual(JSON.parse(actual.toString()), JSON.parse(expected.toString()));
  } catch {
    return false;
  }
}

/** A body as it should appear in a message: text if it is text, shortened. */
export function shown(body: Buffer): string {
  return JSON.stringify(body.toString("latin1").slice(0, 200));
}
