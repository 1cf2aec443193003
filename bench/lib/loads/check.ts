/** Comparing what came back with what had to come back. */
import { isDeepStrictEqual } from "node:util";

/** What every answer must have besides its status, 200, and its body. */
export interface ExpectedParts {
  readonly responseHeaders?: Readonly<Record<string, string>>;
  /** Such as gRPC's status. */
  readonly trailers?: Readonly<Record<string, string>>;
}

/** What is checked of every answer, for the report. */
export function checksOf({ responseHeaders = {}, trailers = {} }: ExpectedParts): string[] {
  return [
    "status",
    "body",
    ...Object.keys(responseHeaders).map((name) => `header ${name}`),
    ...Object.keys(trailers).map((name) => `trailer ${name}`),
  ];
}

/** Header fields or trailers that must be there; others may be, too. */
export class ExpectedFields {
  private readonly expected: readonly [name: string, value: string][];
  /** Those found right before: servers repeat themselves, and then parsers give the same object. */
  private readonly right = new WeakSet<ReadonlyMap<string, string>>();

  constructor(expected: Readonly<Record<string, string>>) {
    this.expected = Object.entries(expected);
  }

  in(fields: ReadonlyMap<string, string> | undefined): boolean {
    if (!fields) return this.expected.length === 0;
    if (this.right.has(fields)) return true;
    if (!this.expected.every(([name, value]) => fields.get(name) === value)) return false;
    this.right.add(fields);
    return true;
  }
}

/**
 * Whether a body is right, where that takes more than comparing it. Throwing says what is wrong.
 *
 * @param expected what the exchange has for a response.
 */
export type IsRightBody = (expected: Buffer, actual: Buffer, contentType: string) => boolean;

/** Whether two bodies are the same bytes or, for JSON, the same value. */
export const sameBody: IsRightBody = (expected, actual, contentType) => {
  if (expected.equals(actual)) return true;
  if (!contentType.includes("json")) return false;
  try {
    return isDeepStrictEqual(JSON.parse(actual.toString()), JSON.parse(expected.toString()));
  } catch {
    return false;
  }
};

/** A body as it should appear in a message: text if it is text, shortened. */
export function shown(body: Buffer): string {
  return JSON.stringify(body.toString("latin1").slice(0, 200));
}
